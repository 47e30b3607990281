# Reads bin/run's options into host, port and demo. Sourced, never run.
# shellcheck shell=bash disable=SC2034

usage() {
    cat <<'END'
bin/run: prepara todo lo que Aldaba necesita y lo pone en marcha.

  --port N     puerto de la página (8000)
  --host H     dirección en que escucha (127.0.0.1; 0.0.0.0 la abre a la red)
  --no-demo    sin el municipio de demostración
  --help       esta ayuda

Ctrl-C lo detiene. Los datos quedan en var/.
END
}

read_options() {
    host=127.0.0.1 port=8000 demo=true
    while (($#)); do
        if [[ $1 == --*=* ]]; then set -- "${1%%=*}" "${1#*=}" "${@:2}"; fi
        case $1 in
            --port) port=${2-} && shift ;;
            --host) host=${2-} && shift ;;
            --no-demo) demo=false ;;
            -h | --help) usage && exit 0 ;;
            *)
                usage >&2
                fail "Opción desconocida: $1"
                ;;
        esac
        shift || true
    done
    if ! [[ $port =~ ^[0-9]{1,5}$ ]] || ((10#$port < 1 || 10#$port > 65535)); then
        fail "El puerto debe ser un número de 1 a 65535: «$port»."
    fi
    [[ -n $host ]] || fail "Falta la dirección: --host H"
}
