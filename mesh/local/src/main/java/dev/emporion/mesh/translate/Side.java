package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.EnvoyFilter.Context;

/** Which way a listener, route or cluster faces. */
enum Side {
  INBOUND(Context.SIDECAR_INBOUND),
  OUTBOUND(Context.SIDECAR_OUTBOUND),
  GATEWAY(Context.GATEWAY);

  private final Context context;

  Side(Context context) {
    this.context = context;
  }

  /** Whether an EnvoyFilter for this context is for this side. */
  boolean is(Context wanted) {
    return wanted == Context.ANY || wanted == context;
  }
}
