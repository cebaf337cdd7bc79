import { publishForbidden, signForbidden, subscribeForbidden } from "../bus_errors.ts";
import { assertTopic, parsePattern } from "../topic.ts";
import { ANONYMOUS, type Peer } from "./peer.ts";

/**
 * Counts what it refuses. Where nothing is refused the topic is still to be checked, as whoever sends does.
 * @throws BUS_FORBIDDEN, BUS_TOPIC_INVALID
 */
export function assertMayPublish(peer: Peer, source: string, topic: string): void {
  if (!peer.rights.mayPublish(topic)) {
    assertTopic(topic);
    throw refused(peer, publishForbidden(peer, topic));
  }
  if (source !== peer.name && peer.name !== ANONYMOUS) throw refused(peer, signForbidden(peer, source));
}

/**
 * Counts what it refuses.
 * @throws BUS_FORBIDDEN, BUS_PATTERN_INVALID
 */
export function assertMaySubscribe(peer: Peer, pattern: string): void {
  const { prefixes } = parsePattern(pattern);
  if (!prefixes.every((prefix) => peer.rights.maySubscribe(prefix)))
    throw refused(peer, subscribeForbidden(peer, pattern));
}

function refused(peer: Peer, error: Error): Error {
  peer.refused += 1;
  return error;
}
