#!/bin/bash
# An adapter for openssl: with an argument the hash of that header, without one hashjoule-exec/1.
bytes() { printf "$(sed 's/../\\x&/g' <<<"$1")"; }
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$line"; }
block_hash() {
    bytes "$1" | openssl dgst -sha256 -binary | openssl dgst -sha256 -binary |
        od -An -v -w1 -tx1 | tac | tr -d ' \n'
}
if [ $# -gt 0 ]; then block_hash "$1"; exit; fi
while read -r line; do
    case $(field op) in
        hello) echo '{"name":"openssl","ops":["header_hash"]}' ;;
        *) echo "{\"id\":\"$(field id)\",\"hash\":\"$(block_hash "$(field header)")\"}" ;;
    esac
done
