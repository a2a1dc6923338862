// Reads pictures out of the library's database, one at a time, and adds the checksum of what is really there.
// Arguments: the name of the database, the key after which to begin (null: with the first), how many at most, and what
// takes the answer. The page may write meanwhile, so a key and what stands under it are read with one request.
const [database, after, most, done] = arguments;
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const request = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
const read = async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name);
  // Opening would make it.
  if (!names.includes(database)) return [];
  const open = await request(indexedDB.open(database));
  try {
    if (!open.objectStoreNames.contains("bytes")) return [];
    const rows = [];
    let range = after === null ? null : IDBKeyRange.lowerBound(after, true);
    while (rows.length < most) {
      const cursor = await request(open.transaction("bytes").objectStore("bytes").openCursor(range));
      if (cursor === null) break;
      const { key, value: { mime, sha256, data } } = cursor;
      rows.push({
        id: key,
        mime,
        sha256: typeof sha256 === "string" ? sha256 : hex(sha256),
        found: hex(await crypto.subtle.digest("SHA-256", data)),
        length: data.byteLength,
      });
      range = IDBKeyRange.lowerBound(key, true);
    }
    return rows;
  } finally {
    open.close();
  }
};
read().then((rows) => done({ rows }), (error) => done({ error: String(error) }));
