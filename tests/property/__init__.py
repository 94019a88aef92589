"""Laws that hold for every text a panel or a person can send; HYPOTHESIS_PROFILE=slow tries many more of them."""
