/** The bytes of a file, part by part, unpacked when it is compressed (gzip), which its first bytes tell and not its name. */
export async function* fileBytes(file: Blob, onBytes: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const counting = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      onBytes(chunk.length);
      controller.enqueue(chunk);
    },
  });
  const counted = file.stream().pipeThrough(counting);
  const isPacked = first === 0x1f && second === 0x8b;
  const reader = (isPacked ? counted.pipeThrough(new DecompressionStream('gzip')) : counted).getReader();
  try {
    // Not every browser can iterate over a stream.
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
