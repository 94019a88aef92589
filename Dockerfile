# The tag gets Debian's and Python's security fixes. To pin the exact image, append its digest to both FROM lines:
#   docker buildx imagetools inspect python:3.12-slim-bookworm
FROM python:3.12-slim-bookworm AS build
RUN python -m venv --without-pip /opt/venv
COPY requirements.lock /build/
RUN python -m pip --python /opt/venv install --no-cache-dir --require-hashes --no-deps --only-binary :all: \
    -r /build/requirements.lock
COPY bot /app/bot
RUN python -m compileall -q /app/bot

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin berth \
    && install -d -o berth -g berth -m 0700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY LICENSE /app/
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/berth.db
WORKDIR /app
USER berth
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
