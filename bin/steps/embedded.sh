# The private PostgreSQL and Redis: where they live and as whom they run. Sourced, never run.
# shellcheck shell=bash
# shellcheck source=bin/steps/paths.sh
source "$(dirname "${BASH_SOURCE[0]}")/paths.sh"

# The account that PostgreSQL and Redis run as: our own, or, for root, `aldaba` (made when absent).
# A cluster that is there already keeps its owner.
choose_account() {
    local owner
    if ((EUID != 0)); then
        id -un
        return
    fi
    owner=$(stat -L -c %U "$VAR/embedded/postgres" 2>/dev/null || true)
    if [[ -n $owner && $owner != root && $owner != UNKNOWN ]]; then
        printf '%s\n' "$owner"
        return
    fi
    if ! id aldaba >/dev/null 2>&1; then
        useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin \
            aldaba >&2 || fail "No se pudo crear la cuenta del sistema «aldaba»."
    fi
    printf 'aldaba\n'
}

# The words before a command that make it run as that account.
as_account() {
    if ((EUID == 0)); then
        printf '%s\n' setpriv "--reuid=$1" "--regid=$(id -g "$1")" --clear-groups --
    fi
}

# Makes var/$2 for the account $1, private to it. Where the account cannot get there (a checkout
# that only root may enter), var/$2 is a link to a folder under /var/lib/aldaba instead.
make_data_dir() {
    local account=$1 folder=$VAR/$2 elsewhere prefix
    mapfile -t prefix < <(as_account "$account")
    if [[ ! -e $folder ]]; then
        mkdir -p "${folder%/*}"
        rm -f "$folder" # a link whose target is gone
        mkdir "$folder"
        chown "$account:" "$folder"
        if ! (cd / && "${prefix[@]}" test -w "$folder"); then
            rmdir "$folder"
            elsewhere=/var/lib/aldaba/$(digest <<<"$ROOT")
            mkdir -p "$elsewhere/$2"
            chmod 711 /var/lib/aldaba "$elsewhere"
            elsewhere+=/$2
            chown "$account:" "$elsewhere"
            ln -s "$elsewhere" "$folder"
        fi
    fi
    folder=$(cd "$folder" && pwd -P) ||
        fail "No se puede entrar en $folder: es de $(stat -c %U "$folder"). Use esa cuenta, o sudo."
    chmod 700 "$folder" 2>/dev/null ||
        fail "Los datos de $folder son de $(stat -c %U "$folder"). Use esa cuenta, o sudo."
    printf '%s\n' "$folder"
}

# The folder for sockets that belong to the data folder $2: inside it, or, when its name would not fit
# in a socket's address (107 bytes) or in a URL, a short one under /tmp that belongs to the account alone.
make_socket_dir() {
    local account=$1 data=$2 folder=$2/run
    if ((${#folder} > 80)) || [[ $folder =~ [^A-Za-z0-9._/-] ]]; then
        folder=/tmp/aldaba-$(id -u "$account")-$(digest <<<"$data")
    fi
    mkdir -m 700 "$folder" 2>/dev/null || true
    if [[ -L $folder || ! -d $folder ]]; then fail "$folder no es una carpeta."; fi
    if ((EUID == 0)) && [[ $(stat -c %U "$folder") == root ]]; then chown "$account:" "$folder"; fi
    [[ $(stat -c %U "$folder") == "$account" ]] || fail "$folder es de otra cuenta: bórrela."
    chmod 700 "$folder"
    printf '%s\n' "$folder"
}

# Creates the cluster under $2 unless it is whole; an unfinished one is made anew.
make_cluster() {
    local account=$1 data=$2 prefix log
    [[ -e $data/postgres/PG_VERSION ]] && return
    mapfile -t prefix < <(as_account "$account")
    log=$data/initdb.log
    rm -rf "$data/postgres.new"
    if ! (cd "$data" && "${prefix[@]}" "$PG_BIN/initdb" --pgdata "$data/postgres.new" --username postgres \
        --encoding UTF8 --locale C.UTF-8 --locale-provider icu --icu-locale es-MX --data-checksums \
        --auth-local trust --auth-host reject "${@:3}") >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        rm -rf "$data/postgres.new"
        fail "No se pudo crear la base de datos; el registro está en $log."
    fi
    sync -f "$data"
    mv -T "$data/postgres.new" "$data/postgres"
}

PG_BIN=/usr/lib/postgresql/15/bin

# Runs SQL as the cluster's superuser, through the socket in $1, in database $2.
superuser_sql() {
    "$PG_BIN/psql" --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 \
        --host "$1" --username postgres --dbname "$2"
}

# Waits at most $3 seconds for the PostgreSQL behind socket folder $1 and the Redis beside it, while
# process $2 lives.
await_servers() {
    local sockets=$1 process=$2 deadline=$((SECONDS + $3))
    until "$PG_BIN/pg_isready" --quiet --host "$sockets" &&
        [[ $(redis-cli -s "$sockets/redis.sock" ping 2>/dev/null) == PONG ]]; do
        if ((SECONDS >= deadline)) || ! kill -0 "$process" 2>/dev/null; then return 1; fi
        sleep 0.1
    done
}

# The program's own role and database. The extensions go into template1 too: the role may not create
# them, and test databases are copied from there.
make_database() {
    local sockets=$1 database
    if [[ $(superuser_sql "$sockets" postgres <<<"SELECT 1 FROM pg_database WHERE datname = 'aldaba'") == 1 ]]; then
        return
    fi
    for database in template1 postgres; do
        superuser_sql "$sockets" "$database" <<<"SET client_min_messages = warning;
            CREATE EXTENSION IF NOT EXISTS postgis; CREATE EXTENSION IF NOT EXISTS pg_trgm;
            CREATE EXTENSION IF NOT EXISTS unaccent; CREATE EXTENSION IF NOT EXISTS btree_gist;"
    done
    superuser_sql "$sockets" postgres <<<"DO \$\$ BEGIN CREATE ROLE aldaba LOGIN CREATEDB;
        EXCEPTION WHEN duplicate_object THEN NULL; END \$\$;"
    superuser_sql "$sockets" postgres <<<"CREATE DATABASE aldaba OWNER aldaba"
}

# Writes $1/embedded.env: the addresses behind socket folder $2, and a secret key that is kept.
write_environment() {
    local file=$1/embedded.env sockets=$2 public_url=$3 secret
    secret=$(sed -n 's/^SECRET_KEY=//p' "$file" 2>/dev/null || true)
    if [[ -z $secret ]]; then secret=$(head -c 48 /dev/urandom | base64 | tr -d '\n=+/'); fi
    (
        umask 077
        cat >"$file.new" <<END
# Written by bin/run at each start; the secret key stays.
ALDABA_EMBEDDED=true
DATABASE_URL=postgis://aldaba@/$sockets/aldaba
REDIS_URL=unix://$sockets/redis.sock?db=0
PUBLIC_URL=$public_url
SECRET_KEY=$secret
END
    )
    mv -f "$file.new" "$file"
}

# Takes away what one bin/test left in $2: its data, its sockets, and where a link led.
remove_test_folder() {
    local account=$1 folder=$2 data sockets
    data=$(readlink -f "$folder/data" || true)
    if [[ -d $data ]]; then
        sockets=/tmp/aldaba-$(id -u "$account")-$(digest <<<"$data")
        rm -rf "$sockets" "$data"
        if [[ $data == /var/lib/aldaba/* ]]; then rmdir "${data%/data}" 2>/dev/null || true; fi
    fi
    rm -rf "$folder"
}
