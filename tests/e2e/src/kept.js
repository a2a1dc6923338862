// Reads pictures out of the library's database, one at a time, and adds the checksum of what is really there.
// Arguments: the name of the database, the first and the last but one by number, and what takes the answer.
const [database, from, to, done] = arguments;
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
    const store = () => open.transaction("bytes").objectStore("bytes");
    const rows = [];
    for (const key of (await request(store().getAllKeys())).slice(from, to)) {
      const { mime, sha256, data } = await request(store().get(key));
      rows.push({
        id: String(key),
        mime,
        sha256: typeof sha256 === "string" ? sha256 : hex(sha256),
        found: hex(await crypto.subtle.digest("SHA-256", data)),
        length: data.byteLength,
      });
    }
    return rows;
  } finally {
    open.close();
  }
};
read().then((rows) => done({ rows }), (error) => done({ error: String(error) }));
