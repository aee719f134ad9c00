#!/usr/bin/env bash
# PostgreSQL doing what a create does here: an opportunity and a history row, durably, with 1 and 8 clients.
#
# Needs PostgreSQL's server programs (Debian: apt-get install postgresql-15), nothing configured: a cluster of its own is
# made in a temporary folder, on a Unix socket, and removed. SECONDS_EACH sets how long each figure is measured.
set -euo pipefail
seconds=${SECONDS_EACH:-10}

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
if [ -z "$bin" ] && command -v initdb >/dev/null 2>&1; then bin=$(dirname "$(command -v initdb)"); fi
if [ -z "$bin" ]; then
  echo "skipped: no PostgreSQL server programs here (Debian: apt-get install postgresql-15)"
  exit 0
fi

folder=$(mktemp -d)
# The server refuses to run as root: then another user runs it.
as=()
if [ "$(id -u)" = 0 ]; then
  as=(runuser -u postgres --)
  chown postgres "$folder"
fi
cd "$folder"
trap '"${as[@]}" "$bin/pg_ctl" -D "$folder/db" -m immediate stop >/dev/null 2>&1 || true; cd /; rm -rf "$folder"' EXIT

"$bin/initdb" --version
"${as[@]}" "$bin/initdb" -D "$folder/db" -A trust -U sluice >/dev/null
# As it comes out of the box: synchronous_commit on, fsync on.
"${as[@]}" "$bin/pg_ctl" -D "$folder/db" -w -l "$folder/log" \
  -o "-c listen_addresses='' -c unix_socket_directories='$folder'" start >/dev/null

"${as[@]}" "$bin/psql" -q -h "$folder" -U sluice postgres <<'SQL'
create table opportunity (
  id bigint generated always as identity primary key, name text not null, amount_minor bigint not null,
  stage_id bigint not null, expected_contract_date date not null, owner_id bigint, create_time timestamptz default now());
create index on opportunity (stage_id);
create table stage_entry (
  opportunity_id bigint not null references opportunity, sequence int not null, stage_id bigint not null,
  amount_minor bigint not null, entered_time timestamptz default now(), primary key (opportunity_id, sequence));
SQL
# As an application does it, statement by statement.
cat >"$folder/transaction.sql" <<'SQL'
\set amount random(1, 200000000)
begin;
insert into opportunity (name, amount_minor, stage_id, expected_contract_date)
  values ('Acme renewal ' || :amount, :amount, 1, '2027-03-15') returning id \gset
insert into stage_entry (opportunity_id, sequence, stage_id, amount_minor) values (:id, 0, 1, :amount);
commit;
SQL
# As a specialist does it: one statement, one round trip.
cat >"$folder/statement.sql" <<'SQL'
\set amount random(1, 200000000)
with made as (
  insert into opportunity (name, amount_minor, stage_id, expected_contract_date)
  values ('Acme renewal ' || :amount, :amount, 1, '2027-03-15') returning id)
insert into stage_entry (opportunity_id, sequence, stage_id, amount_minor) select id, 0, 1, :amount from made;
SQL
for way in transaction statement; do
  for clients in 1 8; do
    "${as[@]}" "$bin/pgbench" -n -h "$folder" -U sluice -M prepared -f "$folder/$way.sql" \
      -c "$clients" -j 2 -T "$seconds" postgres 2>/dev/null |
      awk -v clients="$clients" -v way="$way" '
        /latency average/ { latency = $4 }
        /^tps/ { printf "PostgreSQL, one %s, %d in flight: %.0f/s (average %.2f ms)\n", way, clients, $3, latency }'
  done
done
