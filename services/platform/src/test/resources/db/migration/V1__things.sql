-- What a service would have, around a resource that knows how to count.
create table things (
  id uuid primary key,
  version int not null default 1 check (version > 0),
  count int not null default 0 constraint things_count_not_negative check (count >= 0),
  note text,
  owner uuid,
  created_at timestamptz not null default now()
);

create table requests (
  caller text not null,
  rpc text not null,
  request_id uuid not null,
  payload_hash bytea not null,
  answer bytea not null,
  created_at timestamptz not null default now(),
  primary key (caller, rpc, request_id)
);

create index requests_created_at on requests using brin (created_at);

create table outbox (
  aggregate_id uuid not null,
  sequence int not null check (sequence > 0),
  type text not null,
  payload bytea not null,
  trace_parent text,
  created_at timestamptz not null default now(),
  primary key (aggregate_id, sequence)
);

create table sagas (
  subject uuid primary key,
  kind text not null,
  epoch int not null default 1 check (epoch > 0),
  owner text not null,
  lease_until timestamptz not null,
  refusal bytea,
  committed boolean not null default false, -- a step that cannot be undone may have been asked for
  parked_at timestamptz, -- and since then:
  parked_reason text,
  step text, -- the one that did not end
  attempts int not null default 0, -- of that step
  abandonable boolean not null default false,
  started_at timestamptz not null default now()
);

create index sagas_due on sagas (lease_until) where parked_at is null;
create index sagas_parked on sagas (parked_at, subject) where parked_at is not null;
