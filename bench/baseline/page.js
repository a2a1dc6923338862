// The library as one would write it by hand: read every row, sort, draw the tiles near the window, filter by every
// letter typed. No framework, no build, nothing but what the page needs.
"use strict";

const ROW = 190; // CSS pixels: the studio's rows at the same density and window
const GAP = 8;
const EDGE = 196; // the thumbnail that the studio takes for it

const main = document.querySelector("main");
const canvas = document.getElementById("canvas");
const search = document.querySelector("input");
const count = document.getElementById("count");

const request = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

let database;
let rows = []; // all, newest first
let found = []; // what the search leaves
const tiles = new Map(); // index -> element

const start = async () => {
  database = await request(indexedDB.open("flux-studio"));
  const stored = await request(database.transaction("attempts").objectStore("attempts").getAll());
  for (const { json } of stored) {
    const row = JSON.parse(json);
    if (row.deleted || row.replaced_by) continue;
    rows.push({ id: row.id, prompt: row.order.prompt, folded: row.order.prompt.toLowerCase() });
  }
  rows.reverse();
  filter();
};

const filter = () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  found = words.length ? rows.filter((row) => words.every((word) => row.folded.includes(word))) : rows;
  count.textContent = `${found.length} images`;
  clear();
  draw();
};

const clear = () => {
  for (const tile of tiles.values()) drop(tile);
  tiles.clear();
};

const drop = (tile) => {
  if (tile.url) URL.revokeObjectURL(tile.url);
  tile.remove();
};

const draw = () => {
  const width = canvas.clientWidth;
  const columns = Math.max(1, Math.ceil((width + GAP) / (ROW + GAP)));
  const size = (width - GAP * (columns - 1)) / columns;
  const step = size + GAP;
  canvas.style.height = `${Math.ceil(found.length / columns) * step}px`;
  const height = main.clientHeight;
  const first = Math.max(0, Math.floor((main.scrollTop - height) / step)) * columns;
  const last = Math.min(found.length, Math.ceil((main.scrollTop + 2 * height) / step) * columns);
  for (const [index, tile] of tiles) {
    if (index >= first && index < last) continue;
    drop(tile);
    tiles.delete(index);
  }
  for (let index = first; index < last; index += 1) {
    if (tiles.has(index)) continue;
    const tile = document.createElement("div");
    tile.className = "tile";
    tile.dataset.testid = "image-tile";
    tile.ariaSetSize = found.length;
    tile.style.width = tile.style.height = `${size}px`;
    tile.style.transform = `translate(${(index % columns) * step}px, ${Math.floor(index / columns) * step}px)`;
    const image = document.createElement("img");
    image.alt = found[index].prompt;
    image.decoding = "async";
    tile.append(image);
    canvas.append(tile);
    tiles.set(index, tile);
    show(found[index].id, tile, image);
  }
};

const show = async (id, tile, image) => {
  const thumb = await request(database.transaction("thumbs").objectStore("thumbs").get([id, EDGE]));
  if (!thumb || !tile.isConnected) return;
  tile.url = URL.createObjectURL(new Blob([thumb.data], { type: thumb.mime }));
  image.src = tile.url;
};

main.addEventListener("scroll", draw);
search.addEventListener("input", filter);
new ResizeObserver(() => { clear(); draw(); }).observe(main);
start();
