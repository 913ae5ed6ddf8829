#!/bin/sh
# Makes the passwords and tokens by which the programs know each other, and
# those of the first people. What is there stays, so that it may be run again:
#
#   ./secrets.sh
#
# To change one, delete its file and the *_web.yml, run it again, and restart
# with `docker compose up -d --force-recreate`. Another name for a person is
# LEASTWARD_USER. Passwords are hashed by the exporter's image, which is to be
# built before; a program of the host does it where EXPORTER names one.
set -eu
cd "$(dirname "$0")"
dir=${SECRETS_DIR:-secrets}
user=${LEASTWARD_USER:-admin}
exporter=${EXPORTER:-docker run --rm --interactive --network none --read-only leastward/exporter:${LEASTWARD_VERSION:-0.1.0}}

# Containers read the files as other users. Who may not enter the folder on this
# machine does not get at them.
umask 077
mkdir -p "$dir"
chmod 700 "$dir"

random() {
  [ -e "$dir/$1" ] || openssl rand -hex 32 >"$dir/$1"
}

# web FILE USER=SECRET...: who may call a listener.
web() {
  file=$1
  shift
  [ ! -e "$dir/$file" ] || return 0
  echo "basic_auth_users:" >"$dir/$file.new"
  for one; do
    hash=$($exporter hash-password <"$dir/${one#*=}")
    echo "  ${one%%=*}: $hash" >>"$dir/$file.new"
  done
  mv "$dir/$file.new" "$dir/$file"
}

for name in \
  exporter_for_prometheus exporter_for_grafana exporter_for_remediator "exporter_for_$user" \
  remediator_for_prometheus remediator_for_alertmanager remediator_for_exporter "remediator_for_$user" \
  token_grafana token_remediator grafana_admin grafana_key; do
  random "$name"
done

for name in aws_exporter aws_remediator; do
  [ -e "$dir/$name" ] || cat >"$dir/$name" <<'END'
# Credentials file of the AWS SDK. Empty on a machine that has a role of its own.
# [default]
# aws_access_key_id =
# aws_secret_access_key =
END
done
[ -e "$dir/smtp_password" ] || echo "none" >"$dir/smtp_password"
chmod 444 "$dir"/*

web exporter_web.yml \
  prometheus=exporter_for_prometheus grafana=exporter_for_grafana \
  remediator=exporter_for_remediator "$user=exporter_for_$user"
web remediator_web.yml \
  prometheus=remediator_for_prometheus alertmanager=remediator_for_alertmanager \
  exporter=remediator_for_exporter "$user=remediator_for_$user"
chmod 444 "$dir"/*

echo "The secrets are in $dir. $user logs in"
echo "  to Grafana as admin with the password in $dir/grafana_admin,"
echo "  to the remediator with that in $dir/remediator_for_$user, to the exporter with that in $dir/exporter_for_$user."
