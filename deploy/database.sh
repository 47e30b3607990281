#!/bin/bash
# Run once by the postgis image, when it creates the cluster: the program's own role, which is no
# superuser, its database, and the extensions that only a superuser may create.
set -euo pipefail
: "${ALDABA_DB_PASSWORD:?}"

psql --set ON_ERROR_STOP=1 --set password="$ALDABA_DB_PASSWORD" --username postgres --dbname postgres <<'SQL'
CREATE ROLE aldaba LOGIN PASSWORD :'password';
CREATE DATABASE aldaba OWNER aldaba;
\connect aldaba
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
SQL
