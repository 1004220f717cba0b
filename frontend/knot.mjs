// Draws the picture of the first page: five cords (labs, hospitals, companies, investors, regulators) that are
// tied into one knot and arrive together at the patients. Writes crates/web/templates/hero_knot.html.
//
// The knot is the Lissajous curve x = sin 2t, y = cos 3t. Five parallel cords follow it; where the curve crosses
// itself, the over-passing piece is drawn again on a strip of paper, so that over and under alternate.
import { writeFileSync } from "node:fs";

const WIDTH = 980, HEIGHT = 440, CENTER = [540, 160], RADIUS = [190, 128], GAP = 0.36, STEP = 4;
const OFFSETS = [-16, -8, 0, 8, 16];
const SOURCES = [["研究室", "Labs"], ["病院", "Hospitals"], ["企業", "Companies"], ["投資家", "Investors"], ["行政", "Regulators"]];

const distance = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);

function bezier(a, b, c, d, count = 80) {
  return Array.from({ length: count + 1 }, (_, i) => {
    const t = i / count, s = 1 - t;
    return [0, 1].map((k) => s ** 3 * a[k] + 3 * s * s * t * b[k] + 3 * s * t * t * c[k] + t ** 3 * d[k]);
  });
}

/** Points every `step` along a line of straight pieces. */
function evenly(points, step) {
  const out = [points[0]];
  let gone = 0;
  for (let i = 1; i < points.length; i++) {
    let [x, y] = points[i - 1];
    const end = points[i];
    let rest = distance([x, y], end);
    while (gone + rest >= step) {
      const f = (step - gone) / rest;
      [x, y] = [x + (end[0] - x) * f, y + (end[1] - y) * f];
      out.push([x, y]);
      rest = distance([x, y], end);
      gone = 0;
    }
    gone += rest;
  }
  return out;
}

/** A smooth relative cubic path through the points (Catmull-Rom), on half pixels to keep the file small. */
function smooth(points) {
  const half = (v) => Math.round(v * 2) / 2;
  const short = (v) => String(v).replace(/^(-?)0\./, "$1.");
  let [x, y] = points[0].map(half);
  let path = `M${x} ${y}c`;
  for (let i = 0; i + 1 < points.length; i++) {
    const before = points[Math.max(i - 1, 0)], from = points[i], to = points[i + 1], after = points[Math.min(i + 2, points.length - 1)];
    const handles = [from.map((v, k) => v + (to[k] - before[k]) / 6), to.map((v, k) => v - (after[k] - from[k]) / 6), to];
    const values = handles.flat().map((v, k) => short(half(v) - (k % 2 ? y : x)));
    path += (i ? " " : "") + values.join(" ");
    [x, y] = to.map(half);
  }
  return path.replace(/ -/g, "-");
}

function centerLine() {
  const [cx, cy] = CENTER, [a, b] = RADIUS;
  const knot = Array.from({ length: 1201 }, (_, i) => {
    const t = GAP + ((2 * Math.PI - 2 * GAP) * i) / 1200;
    return [cx + a * Math.sin(2 * t), cy + b * Math.cos(3 * t)];
  });
  const start = knot[0], end = knot.at(-1);
  const tail = bezier(end, [end[0] + 118, end[1] + 140], [cx + 130, cy + 300], [WIDTH - 40, HEIGHT - 190]);
  const head = bezier([150, HEIGHT - 205], [cx - 170, cy + 300], [start[0] - 118, start[1] + 140], start);
  return { line: evenly([...head.slice(0, -1), ...knot, ...tail.slice(1)], STEP), start, end };
}

/** Indices on the line where it passes over itself: every second visit of a crossing. */
function overPasses(line) {
  const visits = [];
  for (let i = 0; i + 1 < line.length; i++) {
    for (let j = i + 12; j + 1 < line.length; j++) {
      const [a, b] = line[i], [c, d] = line[i + 1], [e, f] = line[j], [g, h] = line[j + 1];
      const area = (c - a) * (h - f) - (d - b) * (g - e);
      if (Math.abs(area) < 1e-9) continue;
      const u = ((e - a) * (h - f) - (f - b) * (g - e)) / area;
      const v = ((e - a) * (d - b) - (f - b) * (c - a)) / area;
      if (u >= 0 && u < 1 && v >= 0 && v < 1) visits.push(i, j);
    }
  }
  return visits.sort((x, y) => x - y).filter((_, i) => i % 2 === 0);
}

const { line, start, end } = centerLine();
const last = line.length - 1;
const normals = line.map((_, i) => {
  const [ax, ay] = line[Math.max(i - 1, 0)], [bx, by] = line[Math.min(i + 1, last)];
  const length = Math.hypot(bx - ax, by - ay) || 1;
  return [-(by - ay) / length, (bx - ax) / length];
});
const nearest = (point) => line.reduce((best, p, i) => (distance(p, point) < distance(line[best], point) ? i : best), 0);
const knotFrom = nearest(start) - 10, knotTo = nearest(end) + 10;

/** One cord between two indices: fanned out at its source, gathered into one point at the end. */
function cord(number, from, to, step) {
  const points = [];
  for (let i = from; i < to; i += step) points.push(i);
  points.push(to);
  const used = to - from < 60 ? points : points.filter((i, n) => n === 0 || i === to || (i > knotFrom && i < knotTo) || n % 3 === 0);
  return used.map((i) => {
    const way = Math.min(i, last - i) * STEP;
    const width = i < last / 2 ? 1 + 4.6 * Math.max(0, 1 - way / 280) ** 2 : Math.min(1, way / 260) ** 0.7;
    return [0, 1].map((k) => line[i][k] + normals[i][k] * OFFSETS[number] * width);
  });
}

const drawn = OFFSETS.map((_, k) => `<path class="k${k}" d="${smooth(cord(k, 0, last, 8))}"/>`);
for (const visit of overPasses(line)) {
  const from = Math.max(1, visit - 11), to = Math.min(last - 1, visit + 11);
  drawn.push(`<path class="kh" d="${smooth([from, visit - 4, visit + 4, to].map((i) => line[i]))}"/>`);
  OFFSETS.forEach((_, k) => drawn.push(`<path class="k${k}" d="${smooth(cord(k, from - 1, to + 1, 8))}"/>`));
}
const starts = OFFSETS.map((_, k) => cord(k, 0, 1, 1)[0].map(Math.round));
const [ex, ey] = line[last].map(Math.round);
const label = ([x, y], words) => `<text text-anchor="end" x="${x - 16}" y="${y + 6}">{{ cx.t("${words[0]}", "${words[1]}") }}</text>`;
const svg = `{#- The knot of the first page; made by frontend/knot.mjs, do not edit. Needs \`cx\`. -#}
<svg class="cords" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="{{ cx.t("研究室・病院・企業・投資家・行政の五本の水引が一つに結ばれ、患者さんへ届く図", "Five cords, from labs, hospitals, companies, investors and regulators, tied into one knot that reaches patients") }}">${drawn.join("")}${starts.map(([x, y], k) => `<circle class="k${k}" cx="${x}" cy="${y}" r="6"/>`).join("")}<circle class="ke" cx="${ex}" cy="${ey}" r="11"/>${starts.map((point, k) => label(point, SOURCES[k])).join("")}<text class="b" text-anchor="end" x="${ex + 14}" y="${ey - 24}">{{ cx.t("患者さん", "Patients") }}</text></svg>
`;
writeFileSync(new URL("../crates/web/templates/hero_knot.html", import.meta.url), svg);
console.log(`${overPasses(line).length} crossings, ${svg.length} bytes`);
