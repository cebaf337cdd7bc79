/** The topic of the bare messages; wire.js and c/peer.h say the same. */
const TOPIC = "bench.data";
/** Who publishes: also the name of the peer whose key publishers have. */
const SOURCE = "bench";

/** A message's frames in hexadecimal, the same bytes for everybody. */
export type Frames = readonly string[];

/**
 * A topic and an envelope of so many bytes: an AicoMessage that tells its source and is padded by the value of its
 * payload. A broker that verifies sources has to look at it.
 * @param size 32 at least
 */
export function twoFrames(size: number): Frames {
  return [Buffer.from(TOPIC).toString("hex"), envelopeOf(size).toString("hex")];
}

/** One frame of so many bytes that begins with the topic. */
export function oneFrame(size: number): Frames {
  return [Buffer.concat([Buffer.from(TOPIC), Buffer.alloc(size - TOPIC.length, "x")]).toString("hex")];
}

/** MessageMetadata { 3: source } in 1, Any { 2: value } in 2. */
export function envelopeOf(size: number): Buffer {
  const metadata = field(1, field(3, Buffer.from(SOURCE)));
  // The lengths of the two fields around the padding take as many bytes as its own length makes them take.
  for (let padding = size - metadata.length; padding >= 0; padding--) {
    const envelope = Buffer.concat([metadata, field(2, field(2, Buffer.alloc(padding, "x")))]);
    if (envelope.length === size) return envelope;
  }
  throw new Error(`no envelope has ${size} bytes`);
}

/** A length-delimited field of protobuf, of less than 16 KiB. */
function field(number: number, value: Buffer): Buffer {
  const length = value.length < 0x80 ? [value.length] : [(value.length & 0x7f) | 0x80, value.length >> 7];
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), value]);
}
