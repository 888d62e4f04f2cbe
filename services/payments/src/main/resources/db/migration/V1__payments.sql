-- Each is written twice, as an intent and with its outcome: half-full pages keep the second write
-- within the page and away from the indexes.
create table payments (
  payment_id uuid primary key, -- the request id of its Authorize
  caller text not null,
  request_hash bytea, -- null: a tombstone, made by a Void that came first
  order_id uuid,
  currency char(3),
  amount bigint check (amount > 0),
  provider text not null,
  payment_token text, -- the provider's, for repeating the call; forgotten with the outcome
  state text not null check (state in ('PENDING', 'AUTHORIZED', 'DECLINED', 'CAPTURED', 'VOIDED')),
  voiding boolean not null default false, -- a Void is committed: nothing may use it any more
  -- The provider holds nothing any more: VOIDED as soon as the captures that have begun have ended.
  closed boolean not null default false,
  captured bigint not null default 0 check (captured >= 0),
  capturing bigint not null default 0 check (capturing >= 0), -- by operations without an outcome
  refunded bigint not null default 0 check (refunded >= 0),
  refunding bigint not null default 0 check (refunding >= 0),
  provider_reference text not null default '',
  expires_at timestamptz, -- until when the provider holds what is not captured
  decline_code text not null default '',
  sequence int not null default 0 check (sequence >= 0), -- of its latest event
  revision int not null default 0, -- counts every write: what a writer compares and sets
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (captured + capturing <= amount),
  check (refunded + refunding <= captured),
  check ((state = 'PENDING') = (payment_token is not null)),
  check ((state = 'PENDING') = (sequence = 0)),
  check ((state = 'DECLINED') = (decline_code <> '')),
  check ((state = 'CAPTURED') = (captured = amount)),
  check (state not in ('AUTHORIZED', 'CAPTURED') or provider_reference <> ''),
  check (state in ('AUTHORIZED', 'CAPTURED', 'VOIDED') or captured + capturing = 0),
  check (state <> 'VOIDED' or capturing = 0),
  check ((amount is null) = (order_id is null)),
  check ((amount is null) = (currency is null)),
  check ((amount is null) = (request_hash is null)),
  check (amount is not null or state = 'VOIDED' and captured = 0)
) with (fillfactor = 50);
create index payments_order on payments (order_id);
create index payments_newest on payments (created_at, payment_id);

-- Holds by the time when they run out; a worker that finds one still held gives it up, and takes the
-- row away. A table of its own, because an index on payments would make each of their updates dearer.
create table hold_expiries (
  expires_at timestamptz not null,
  payment_id uuid not null,
  primary key (expires_at, payment_id)
);

-- Captures, voids and refunds: intents until their outcome is known. Kept for good, as the claims of
-- the steps that made them.
create table operations (
  request_id uuid primary key,
  caller text not null,
  kind text not null check (kind in ('CAPTURE', 'VOID', 'REFUND')),
  request_hash bytea not null,
  payment_id uuid not null,
  amount bigint check (amount > 0), -- in the payment's currency
  reason text not null default '',
  state text not null check (state in ('PENDING', 'DONE', 'REFUSED')),
  decline_code text not null default '',
  answer bytea, -- the payment as first answered
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((kind = 'VOID') = (amount is null)),
  check ((state = 'DONE') = (answer is not null)),
  check ((state = 'REFUSED') = (decline_code <> '')),
  check ((state = 'PENDING') = (finished_at is null))
);
create index operations_pending on operations (payment_id) where state = 'PENDING';

-- One row, one transaction: an amount from one account to another. It cannot be out of balance.
create table ledger (
  transaction_id uuid not null,
  debit_entry_id uuid primary key,
  credit_entry_id uuid not null unique,
  payment_id uuid not null,
  order_id uuid not null,
  kind text not null check (kind in ('authorize', 'capture', 'void', 'refund')),
  debit_account text not null,
  credit_account text not null check (credit_account <> debit_account),
  currency char(3) not null,
  amount bigint not null check (amount > 0),
  created_at timestamptz not null default now()
);
create index ledger_payment on ledger (payment_id);
create index ledger_order on ledger (order_id);

-- Both sides of each transaction: debit above zero, credit below.
create view ledger_entries as
  select debit_entry_id as entry_id, transaction_id, debit_account as account, amount, currency,
         payment_id, order_id, kind, created_at
  from ledger
  union all
  select credit_entry_id, transaction_id, credit_account, -amount, currency,
         payment_id, order_id, kind, created_at
  from ledger;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is only ever added to';
end $$;
create trigger ledger_is_append_only before update or delete on ledger
  for each statement execute function refuse_change();

-- Events, in the order of the payment's: the sequence has no gaps, so a gap is a lost event.
create table outbox (
  aggregate_id uuid not null,
  sequence int not null check (sequence > 0),
  type text not null,
  payload bytea not null,
  trace_parent text,
  created_at timestamptz not null default now(),
  primary key (aggregate_id, sequence)
);
