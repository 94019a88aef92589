"""The database of a host with several processes: PostgreSQL, by way of psycopg.

psycopg speaks libpq: what `sslmode`, `passfile`, `service` or several hosts mean in an address is what they mean to
every other program there. And its blocking interface has the shape of sqlite3's, so that a transaction stays one
function for both.
"""
