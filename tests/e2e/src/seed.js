// Writes a library into the studio's database, as the studio would have: rows, pictures and thumbnails.
// Arguments: what is to be done, and what takes the answer.
const [task, done] = arguments;
const QUALITY = 0.84; // of thumbnails, as in the studio
const EDGES = [196, 336, 672];

const request = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Numbers from 0 to 1 from a seed (mulberry32): the same pictures each time.
const random = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

// Soft hills of colour under a grain: compresses like a photograph.
const paint = (width, height, seed) => {
  const draw = random(seed);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const colour = (alpha) => `hsl(${draw() * 360} ${30 + draw() * 50}% ${20 + draw() * 60}% / ${alpha})`;
  context.fillStyle = colour(1);
  context.fillRect(0, 0, width, height);
  for (let n = 0; n < 40; n += 1) {
    const [x, y, r] = [draw() * width, draw() * height, (0.04 + draw() * 0.3) * width];
    const soft = context.createRadialGradient(x, y, 0, x, y, r);
    soft.addColorStop(0, colour(0.5));
    soft.addColorStop(draw(), colour(0.3));
    soft.addColorStop(1, "transparent");
    context.fillStyle = soft;
    context.fillRect(0, 0, width, height);
  }
  const pixels = context.getImageData(0, 0, width, height);
  for (let n = 0; n < pixels.data.length; n += 4) {
    const grain = (draw() - 0.5) * 24;
    for (let c = 0; c < 3; c += 1) pixels.data[n + c] += grain;
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
};

// The quality at which it is about as long as wanted.
const encode = async (canvas, type, bytes) => {
  let [low, high, best] = [0, 1, null];
  for (let n = 0; n < 7; n += 1) {
    const quality = (low + high) / 2;
    const blob = await canvas.convertToBlob({ type, quality });
    if (best === null || Math.abs(blob.size - bytes) < Math.abs(best.size - bytes)) best = blob;
    if (blob.size > bytes) high = quality; else low = quality;
  }
  return best;
};

const shrink = async (canvas, edge) => {
  const scale = edge / Math.max(canvas.width, canvas.height);
  const small = new OffscreenCanvas(Math.round(canvas.width * scale), Math.round(canvas.height * scale));
  const context = small.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, small.width, small.height);
  return (await small.convertToBlob({ type: "image/webp", quality: QUALITY })).arrayBuffer();
};

const draw = async ({ edge, mime, bytes, seed }) => {
  const canvas = paint(edge, edge, seed);
  const data = await (await encode(canvas, mime, bytes)).arrayBuffer();
  const thumbs = await Promise.all(EDGES.map((edge) => shrink(canvas, edge)));
  (window.seedPictures ??= []).push({ mime, data, thumbs });
  return { sha256: hex(await crypto.subtle.digest("SHA-256", data)), bytes: data.byteLength };
};

// The file's base picture with a number in it: a JPEG comment right after the first marker, as `variant` in seed.rs.
const variant = (data, number) => {
  const note = new TextEncoder().encode(String(number).padStart(8, "0"));
  const bytes = new Uint8Array(data.byteLength + 12);
  bytes.set(new Uint8Array(data, 0, 2));
  bytes.set([0xff, 0xfe, 0, 10], 2);
  bytes.set(note, 6);
  bytes.set(new Uint8Array(data, 2), 14);
  return bytes.buffer;
};

const put = async (rows) => {
  const database = await request(indexedDB.open("flux-studio"));
  try {
    const work = database.transaction(["attempts", "bytes", "thumbs"], "readwrite", { durability: "relaxed" });
    const ended = new Promise((resolve, reject) => {
      work.oncomplete = resolve;
      work.onabort = () => reject(work.error);
    });
    const [attempts, bytes, thumbs] = ["attempts", "bytes", "thumbs"].map((name) => work.objectStore(name));
    for (const { id, json, picture, number, sha256 } of rows) {
      const { mime, data, thumbs: small } = window.seedPictures[picture];
      attempts.put({ id, rev: 0, status: "stored", writer: "seed", json });
      bytes.put({ mime, sha256, data: number === null ? data : variant(data, number) }, id);
      EDGES.forEach((edge, n) => thumbs.put({ mime: "image/webp", data: small[n] }, [id, edge]));
    }
    await ended;
    return rows.length;
  } finally {
    database.close();
  }
};

const base = async () => {
  const bytes = new Uint8Array(window.seedPictures[0].data);
  let text = "";
  for (let n = 0; n < bytes.length; n += 8192) text += String.fromCharCode(...bytes.subarray(n, n + 8192));
  return btoa(text);
};

const tasks = { draw: () => draw(task.draw), put: () => put(task.put), base };
tasks[Object.keys(task)[0]]().then((answer) => done({ answer }), (error) => done({ error: String(error) }));
