# Two stages: the first installs, hash by hash, and builds; the second has Python, the installed service and nothing else.
# Pin the base by digest where you deploy:  docker build --build-arg PYTHON_IMAGE=python:3.11-slim@sha256:... .
ARG PYTHON_IMAGE=python:3.11-slim

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/civharm
# The lock alone first: this layer is reused until a dependency moves.
COPY requirements-run.lock ./
RUN /opt/civharm/bin/pip install --require-hashes -r requirements-run.lock
COPY . .
# The build backend came with the lock, so nothing is fetched here; it leaves again, and pip with it.
RUN /opt/civharm/bin/pip install --no-deps --no-build-isolation . \
    && /opt/civharm/bin/pip check \
    && /opt/civharm/bin/pip uninstall --yes setuptools wheel pip

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="civharm" org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 civharm \
    && useradd --system --uid 10001 --gid civharm --no-create-home --home-dir /var/lib/civharm civharm \
    && install -d -o civharm -g civharm -m 0700 /var/lib/civharm /var/lib/civharm/out
COPY --from=build /opt/civharm /opt/civharm
ENV PATH=/opt/civharm/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# SQLite on a volume unless the deployment names its PostgreSQL. A password in it comes at run time, never from here.
# The address to serve on is the container's own; who reaches it is for the deployment to say.
ENV CIVHARM_DATABASE_URL=sqlite:////var/lib/civharm/civharm.sqlite CIVHARM_HOST=0.0.0.0 CIVHARM_PORT=8000
USER civharm
WORKDIR /var/lib/civharm
VOLUME /var/lib/civharm
EXPOSE 8000
# Asks /v1/health of the service in this container.
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s --retries=3 CMD ["civharm", "health"]
CMD ["civharm", "serve"]
