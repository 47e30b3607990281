# Aldaba for production: web, worker and beat are this one image with three commands.
ARG BASE=docker.io/library/debian:12-slim

# --- what every stage stands on: Python and the libraries that GeoDjango loads ----------------
FROM ${BASE} AS system
ENV DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN apt-get update -q \
    && apt-get install -q -y --no-install-recommends ca-certificates gdal-bin libharfbuzz-subset0 \
        libpangoft2-1.0-0 python3 tzdata \
    && rm -rf /var/lib/apt/lists/*

# --- libraries and front-end files, by their locks ---------------------------------------------
FROM system AS libraries
RUN apt-get update -q && apt-get install -q -y --no-install-recommends python3-venv
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
WORKDIR /app
COPY requirements.txt ./
RUN python3 -m venv /opt/aldaba \
    && /opt/aldaba/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt \
    && /opt/aldaba/bin/python -m compileall -q /opt/aldaba/lib
COPY requirements-embedded.txt package.json package-lock.json ./
COPY bin/steps/copy-frontend.mjs bin/steps/
RUN python3 -m venv /opt/node \
    && /opt/node/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-embedded.txt \
    && export PATH=/opt/node/bin:$PATH \
    && npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
    && node bin/steps/copy-frontend.mjs var/vendor

# --- static files, gathered and compressed -----------------------------------------------------
FROM libraries AS static
COPY . .
RUN SECRET_KEY=build DATABASE_URL=postgis:///none /opt/aldaba/bin/python manage.py collectstatic --noinput -v 0 \
    && chmod -R a+rX var/static

# --- the image -----------------------------------------------------------------------------------
FROM system
RUN useradd --system --uid 10001 --user-group --home-dir /nonexistent --shell /usr/sbin/nologin aldaba \
    && install -d -o aldaba -g aldaba -m 750 /srv/aldaba /srv/aldaba/media /srv/aldaba/messages
# Settings name it; its files are among the gathered ones.
RUN mkdir -p /app/var/vendor
WORKDIR /app
COPY --from=libraries /opt/aldaba /opt/aldaba
COPY . .
COPY --from=static /app/var/static var/static
ENV PATH=/opt/aldaba/bin:$PATH MEDIA_ROOT=/srv/aldaba/media \
    NOTIFICATION_FOLDER=/srv/aldaba/messages FORWARDED_ALLOW_IPS=*
USER aldaba
VOLUME /srv/aldaba/media /srv/aldaba/messages
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s \
    CMD ["python", "bin/steps/healthy.py", "127.0.0.1", "8000"]
CMD ["gunicorn", "--config", "python:backend.config.gunicorn", "--bind", "0.0.0.0:8000", "backend.config.wsgi"]
