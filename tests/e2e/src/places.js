// Reads every place in which a page could leave a secret, as text: [place, text] pairs.
// Binary values are read as Latin-1; long ones only at both ends, where metadata stands.
const [done] = arguments;
const LONGEST = 131072;
const latin = (bytes) => new TextDecoder("latin1").decode(bytes);
const asText = (value, depth = 0) => {
  if (depth > 12 || value === null || value === undefined) return "";
  if (value instanceof ArrayBuffer) value = new Uint8Array(value);
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return bytes.length <= 2 * LONGEST ? latin(bytes) : latin(bytes.subarray(0, LONGEST)) + "\n" + latin(bytes.subarray(-LONGEST));
  }
  if (value instanceof CryptoKey) return `CryptoKey extractable=${value.extractable}`;
  if (value instanceof Map || value instanceof Set) value = [...value];
  if (typeof value === "object") return Object.entries(value).map(([key, inner]) => `${key}=${asText(inner, depth + 1)}`).join("\n");
  return String(value);
};
const request = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
const databases = async () => {
  const places = [];
  for (const { name } of await indexedDB.databases()) {
    const open = await request(indexedDB.open(name));
    for (const store of open.objectStoreNames) {
      const all = open.transaction(store).objectStore(store);
      const [keys, rows] = await Promise.all([request(all.getAllKeys()), request(all.getAll())]);
      places.push([`IndexedDB ${name}/${store}`, asText(keys) + "\n" + asText(rows)]);
    }
    open.close();
  }
  return places;
};
const cached = async () => {
  const places = [];
  for (const name of await caches.keys()) {
    for (const entry of await (await caches.open(name)).keys()) places.push([`cache ${name}`, entry.url]);
  }
  return places;
};
const empties = [...document.querySelectorAll("[role=status], [role=alert], output")]
  .filter((region) => region.textContent.trim() === "" && region.querySelector("img, svg") === null)
  .map((region) => region.outerHTML.slice(0, 120));
const read = async () => ({
  empties,
  places: [
    ["localStorage", asText({ ...localStorage })],
    ["sessionStorage", asText({ ...sessionStorage })],
    ["cookies", document.cookie],
    ["the document", document.documentElement.outerHTML],
    ["the address", location.href],
    ["the title", document.title],
    ["history.state", asText(history.state)],
    ["window.name", window.name],
    ...(await databases()),
    ...(await cached()),
  ],
});
read().then(done, (error) => done({ error: String(error) }));
