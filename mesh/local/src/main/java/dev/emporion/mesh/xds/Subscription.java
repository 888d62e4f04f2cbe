package dev.emporion.mesh.xds;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.util.Set;

/**
 * What one Envoy wants of one kind on one stream, and how far it is. One answer at a time is under
 * way: a slow Envoy gets the newest content next, not a queue of old ones.
 */
final class Subscription {
  private final boolean whole;

  /** Null before the first request. */
  private Set<String> names;

  private String nonce = "";
  private boolean underWay;
  private Content sent = Content.NONE;
  private Set<String> sentNames = Set.of();

  /** What it last accepted, on this stream or, told by its first request, on one before. */
  private String acceptedVersion = "";

  private Content accepted = Content.NONE;

  /** Null unless its last answer was a refusal. */
  private String rejectedVersion;

  private boolean again;

  /** What a request turned out to be. */
  enum Outcome {
    /** It wants something. */
    ASKED,
    ACCEPTED,
    REJECTED,
    /** It speaks of an answer before our last one; what it says of the last one will follow. */
    STALE
  }

  Subscription(ResourceType type) {
    whole = type.isWhole();
  }

  Outcome receive(DiscoveryRequest request) {
    Set<String> wanted = Set.copyOf(request.getResourceNamesList());
    if (names == null) {
      acceptedVersion = request.getVersionInfo();
      // Names may have joined since that version was accepted.
      again = !whole;
      names = wanted;
      return Outcome.ASKED;
    }
    if (!request.getResponseNonce().equals(nonce)) {
      return Outcome.STALE;
    }
    Outcome outcome = underWay ? answered(request) : Outcome.ASKED;
    // The same names once more: a resource was made anew in Envoy and waits for its content.
    again = again || outcome == Outcome.ASKED && wanted.equals(names);
    names = wanted;
    return outcome;
  }

  private Outcome answered(DiscoveryRequest request) {
    underWay = false;
    if (request.hasErrorDetail()) {
      rejectedVersion = sent.version();
      return Outcome.REJECTED;
    }
    rejectedVersion = null;
    accepted = sent;
    acceptedVersion = sent.version();
    return Outcome.ACCEPTED;
  }

  void send(Content content, String newNonce) {
    sent = content;
    sentNames = names;
    nonce = newNonce;
    underWay = true;
    again = false;
  }

  /** The content is to be sent once more although it is known. */
  void repeat() {
    again = true;
  }

  boolean exists() {
    return names != null;
  }

  Set<String> names() {
    return names;
  }

  boolean names(Set<String> all) {
    return exists() && names.containsAll(all);
  }

  /** Takes note that what the Envoy came with from a stream before is this content. */
  void recognize(Content content) {
    if (accepted == Content.NONE && content.version().equals(acceptedVersion)) {
      accepted = content;
    }
  }

  /** The last content it accepted, as far as we know it. */
  Content accepted() {
    return accepted;
  }

  String acceptedVersion() {
    return acceptedVersion;
  }

  boolean hasRejected(Content content) {
    return content.version().equals(rejectedVersion);
  }

  /** Whether it has taken this content, as far as it asks for it. */
  boolean has(Content content) {
    // After a refusal even the version before is to be sent again: parts of the refused one stayed.
    return exists()
        && !underWay
        && (asksForNothing()
            || !again
                && rejectedVersion == null
                && content.version().equals(acceptedVersion)
                && (whole || sentNames.containsAll(names)));
  }

  /**
   * Whether this content is to be sent now. What was refused is not sent again before it has
   * changed: it would be refused again, as fast as both ends can.
   */
  boolean needs(Content content) {
    return exists() && !underWay && !hasRejected(content) && !has(content);
  }

  /** Whether the Envoy keeps its last good content, or never had any. */
  boolean isPassed(Content content) {
    return has(content) || hasRejected(content) && acceptedVersion.isEmpty();
  }

  private boolean asksForNothing() {
    return !whole && names.isEmpty();
  }
}
