/** From "Cryptography in NaCl" (https://cr.yp.to/highspeed/naclcrypto-20090310.pdf), sections 5 to 9, and RFC 8439. */
function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export const aliceSecret = bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
export const alicePublic = bytes("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
export const bobPublic = bytes("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
/** What Alice and Bob agree on. */
export const firstKey = bytes("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
export const noncePrefix = bytes("69696ee955b62b73cd62bda875fc73d6");
export const nonceSuffix = bytes("8219e0036b7a0b37");
/** HSalsa20 of the first key and the nonce's prefix. */
export const secondKey = bytes("dc908dda0b9344a953629b733820778880f3ceb421bb61b91cbd4c3e66256ce4");
/** The first 32 bytes of Salsa20's key stream for the second key and the nonce's suffix. */
export const authenticatorKey = bytes("eea6a7251c1e72916d11c2cb214d3c252539121d8e234e652d651fa4c8cff880");
export const sealed = bytes(
  "8e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2" +
    "270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b3" +
    "7973f622a43d14a6599b1f654cb45a74e355a5",
);
export const sealedTag = bytes("f3ffc7703f9400e52a7dfb4b3d3305d9");

const zeros = "00".repeat(16);
const ones = "ff".repeat(16);
/** RFC 8439, appendix A.3, 5 to 11: sums that reach or pass the modulus, where a careless carry shows. */
export const atTheModulus = [
  { key: `02${"00".repeat(15)}${zeros}`, message: ones, tag: `03${"00".repeat(15)}` },
  { key: `02${"00".repeat(15)}${ones}`, message: `02${"00".repeat(15)}`, tag: `03${"00".repeat(15)}` },
  {
    key: `01${"00".repeat(15)}${zeros}`,
    message: `${ones}f0${"ff".repeat(15)}11${"00".repeat(15)}`,
    tag: `05${"00".repeat(15)}`,
  },
  {
    key: `01${"00".repeat(15)}${zeros}`,
    message: `${ones}fb${"fe".repeat(15)}${"01".repeat(16)}`,
    tag: zeros,
  },
  { key: `02${"00".repeat(15)}${zeros}`, message: `fd${"ff".repeat(15)}`, tag: `fa${"ff".repeat(15)}` },
  {
    key: `01000000000000000400000000000000${zeros}`,
    message: `e33594d7505e43b900000000000000003394d7505e4379cd01000000000000000000000000000000000000000000000001${"00".repeat(15)}`,
    tag: `14000000000000005500000000000000`,
  },
  {
    key: `01000000000000000400000000000000${zeros}`,
    message: `e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000${zeros}`,
    tag: `13${"00".repeat(15)}`,
  },
].map(({ key, message, tag }) => ({ key: bytes(key), message: bytes(message), tag: bytes(tag) }));
