-- Orders and what becomes of them, the sagas that move them, and the events they tell.

create table orders (
  order_id uuid primary key,
  caller text not null,
  request_id uuid not null,
  request_hash bytea not null,
  version int not null check (version > 0),
  state text not null check (state in ('PENDING', 'CONFIRMED', 'REJECTED', 'PARTIALLY_SHIPPED',
    'SHIPPED', 'DELIVERED', 'CANCELLING', 'CANCELLED')),
  customer_id text,
  email text not null,
  cart_id uuid not null,
  -- The cart until the order is rejected: what makes two orders of one cart impossible. A column of
  -- its own, because an index on state would make every change of state touch every index.
  live_cart_id uuid,
  shipping_address bytea not null, -- emporion.common.v1.PostalAddress
  billing_address bytea not null,
  delivery_option text not null,
  promotion_codes text[] not null default '{}',
  payment_token text not null,     -- the provider's token; useless without the merchant's key
  payment_id uuid,                 -- the payment that holds what is open; null if nothing is to be held
  payment_problem text,            -- why nothing is held although something is to be paid
  -- When that payment is to be renewed. It is guessed when the order is placed and seldom changed
  -- before something ships: a change of an indexed column makes an update touch every index.
  renew_at timestamptz,
  active_kind text,                -- the change under way
  active_request_id uuid,
  active_since timestamptz,
  currency char(3) not null,
  subtotal bigint not null check (subtotal >= 0),
  discount_total bigint not null check (discount_total between 0 and subtotal),
  delivery_price bigint not null check (delivery_price >= 0),
  tax_total bigint not null check (tax_total >= 0),
  total bigint not null check (total >= 0),
  prices_include_tax boolean not null,
  rejection bytea,                 -- emporion.orders.v1.Rejection
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (caller, request_id),
  constraint orders_one_per_cart unique (live_cart_id),
  check (total = subtotal - discount_total + delivery_price
    + case when prices_include_tax then 0 else tax_total end),
  check ((state = 'REJECTED') = (rejection is not null)),
  check ((state = 'REJECTED') = (live_cart_id is null)),
  check (num_nulls(active_kind, active_request_id, active_since) in (0, 3)),
  check (state <> 'CANCELLING' or active_kind is not null),
  check (payment_problem is null or payment_id is null)
) with (fillfactor = 85);

create index orders_of_customer on orders (customer_id, order_id) where customer_id is not null;

create index orders_to_renew on orders (renew_at) where renew_at is not null;

create table order_lines (
  order_id uuid not null references orders,
  line_number int not null check (line_number between 1 and 100),
  sku text not null,
  title text not null,
  quantity int not null check (quantity > 0),
  cancelled_quantity int not null default 0 check (cancelled_quantity >= 0),
  shipped_quantity int not null default 0 check (shipped_quantity >= 0),
  returned_quantity int not null default 0 check (returned_quantity >= 0),
  unit_price bigint not null check (unit_price >= 0),
  discount bigint not null check (discount >= 0),
  tax bigint not null check (tax >= 0),
  tax_rate text not null,
  total bigint not null check (total >= 0),
  delivery_share bigint not null check (delivery_share >= 0),
  allow_backorder boolean not null,
  primary key (order_id, line_number),
  check (cancelled_quantity + shipped_quantity <= quantity),
  check (returned_quantity <= shipped_quantity)
) with (fillfactor = 85);

-- What left the house.
create table order_shipments (
  order_id uuid not null references orders,
  shipment_id uuid not null,
  amount bigint not null check (amount >= 0), -- what was taken for it
  payment_id uuid check (payment_id is not null or amount = 0),
  carrier text not null,
  tracking_number text not null,
  shipped_at timestamptz not null,
  delivered_at timestamptz,
  primary key (order_id, shipment_id)
);

create table order_shipment_lines (
  order_id uuid not null,
  shipment_id uuid not null,
  line_number int not null,
  location_id text not null,
  quantity int not null check (quantity > 0),
  primary key (order_id, shipment_id, line_number, location_id),
  foreign key (order_id, shipment_id) references order_shipments
);

-- What comes or came back.
create table order_returns (
  order_id uuid not null references orders,
  return_id uuid not null unique,
  state text not null check (state in ('REQUESTED', 'RECEIVED', 'REFUNDED')),
  -- What it is worth, as of when it came in: the price of its units, and what of the delivery cost is
  -- given back with them.
  goods bigint check (goods >= 0),
  delivery bigint check (delivery >= 0),
  refunded bigint check (refunded >= 0),
  created_at timestamptz not null,
  received_at timestamptz,
  primary key (order_id, return_id),
  check (num_nulls(goods, delivery, received_at) in (0, 3)),
  check (refunded = goods + delivery),
  check ((state = 'REFUNDED') = (refunded is not null)),
  check ((state = 'REQUESTED') = (received_at is null))
);

create table order_return_lines (
  order_id uuid not null,
  return_id uuid not null,
  line_number int not null,
  quantity int not null check (quantity > 0),
  reason text not null check (reason in ('UNWANTED', 'DAMAGED', 'WRONG_ITEM', 'NOT_AS_DESCRIBED',
    'OTHER')),
  restocked_quantity int not null default 0 check (restocked_quantity >= 0),
  written_off_quantity int not null default 0 check (written_off_quantity >= 0),
  primary key (order_id, return_id, line_number),
  foreign key (order_id, return_id) references order_returns,
  check (restocked_quantity + written_off_quantity <= quantity)
);

-- What was paid: one row a payment that money was taken from.
create table order_payments (
  order_id uuid not null references orders,
  payment_id uuid not null,
  position int not null check (position > 0), -- the first is 1
  captured bigint not null check (captured > 0),
  refunded bigint not null default 0 check (refunded between 0 and captured),
  primary key (order_id, payment_id),
  unique (order_id, position)
);

-- Changes of orders after they were placed. The row is the intent for the change's saga, and the claim of
-- the request that asked for it, for good: a repetition waits for this very change.
create table order_changes (
  order_id uuid not null references orders,
  number int not null check (number > 0), -- the order's version when it began; part of its steps' ids
  kind text not null,
  caller text not null,
  rpc text not null,
  request_id uuid not null,
  payload_hash bytea not null,
  intent bytea not null,           -- a message of emporion/orders/v1/journal.proto
  state text not null check (state in ('ACTIVE', 'DONE', 'REFUSED')),
  refusal bytea,                   -- google.rpc.Status
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (order_id, number),
  constraint order_changes_claim unique (caller, rpc, request_id),
  check ((state = 'REFUSED') = (refusal is not null)),
  check ((state = 'ACTIVE') = (finished_at is null))
);

-- Answers of finished mutations, kept at least 24 hours so that a repeated request gets the first answer.
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

-- Events, in the order of the orders' versions: the sequence is that version, so a gap is a lost event.
create table outbox (
  aggregate_id uuid not null,
  sequence int not null check (sequence > 0),
  type text not null,
  payload bytea not null,
  trace_parent text,
  created_at timestamptz not null default now(),
  primary key (aggregate_id, sequence)
);

-- Work under way: one active saga an order. The epoch grows with each take-over and every write checks it.
create table sagas (
  subject uuid primary key,
  kind text not null,
  epoch int not null default 1 check (epoch > 0),
  owner text not null,
  lease_until timestamptz not null,
  refusal bytea, -- the decision to go backwards, journaled before the first compensation
  committed boolean not null default false, -- a step that cannot be undone may have been asked for
  parked_at timestamptz, -- and since then:
  parked_reason text,
  step text, -- the one that did not end
  attempts int not null default 0, -- of that step
  abandonable boolean not null default false,
  started_at timestamptz not null default now()
) with (fillfactor = 70);
create index sagas_due on sagas (lease_until) where parked_at is null;
create index sagas_parked on sagas (parked_at, subject) where parked_at is not null;
