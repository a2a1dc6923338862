// Reads every picture out of the library's database and adds the checksum of what is really there.
// Arguments: the name of the database, and what takes the answer.
const [database, done] = arguments;
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
    const store = open.transaction("bytes").objectStore("bytes");
    const [keys, rows] = await Promise.all([request(store.getAllKeys()), request(store.getAll())]);
    return await Promise.all(rows.map(async ({ mime, sha256, data }, index) => ({
      id: String(keys[index]),
      mime,
      sha256: typeof sha256 === "string" ? sha256 : hex(sha256),
      found: hex(await crypto.subtle.digest("SHA-256", data)),
      length: data.byteLength,
    })));
  } finally {
    open.close();
  }
};
read().then((rows) => done({ rows }), (error) => done({ error: String(error) }));
