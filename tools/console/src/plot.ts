// Plots as inline SVG, drawn from numbers without a library. Every one has a title and a description, says its values in
// words beside the marks, and tells nothing by colour alone: what is not complete is hollow or hatched. Colours and
// fonts are classes in style.css, since the page's policy lets no style attribute in.

const namespace = 'http://www.w3.org/2000/svg';

/** An SVG element. */
export function s(tag: string, attributes: Record<string, string | number> = {}, ...children: (Node | string)[]): SVGElement {
  const element = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

export interface PlotPoint {
  label: string;
  /** Nothing: it is not known, and the line is broken there. */
  value: number | null;
  /** Of `value`, the part that is drawn full; the rest is hatched. Bars only. */
  full?: number;
  whole: boolean;
}

export interface Plot {
  id: string;
  title: string;
  description: string;
  points: PlotPoint[];
  /** What a value is called, such as "82 %". */
  say: (value: number) => string;
  /** The top of the scale at least. */
  atLeast: number;
  line?: { value: number; label: string };
  /** How many stand side by side on a wide page. */
  columns?: number;
}

/** A round number that is not less, for the top of a scale. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10].map((step) => Math.round(step * power * 10) / 10);
  return steps.find((step) => Number.isInteger(step) && step >= value) ?? 10 * power;
}

/** How many labels of `size` fit side by side in `room`: every how many-th is written. */
export function everyNth(count: number, size: number, room: number): number {
  return Math.max(1, Math.ceil((count * size) / Math.max(room, 1)));
}

/** The width of the text, near enough to keep labels apart: Japanese is as wide as it is high. */
export function widthOf(text: string, em: number): number {
  return [...text].reduce((sum, one) => sum + (one > '\u2e80' ? em : em * 0.62), 0);
}

interface Frame {
  em: number;
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  scale: number;
}

function frame(plot: Plot): Frame {
  const em = parseFloat(getComputedStyle(document.documentElement).fontSize) || 17;
  // 60rem of style.css, where columns become one.
  const columns = innerWidth > 960 ? plot.columns ?? 1 : 1;
  const width = Math.max(Math.min(70 * em, innerWidth - 3 * em) / columns - (columns - 1) * em, 15 * em);
  const values = plot.points.map(({ value }) => value ?? 0);
  const scale = roundUp(Math.max(plot.atLeast, ...values, plot.line?.value ?? 0));
  const left = widthOf(plot.say(scale), em) + em;
  return { em, width, height: 16 * em, left, right: em, top: 2.6 * em, bottom: 2.6 * em, scale };
}

const yOf = (box: Frame, value: number) => box.height - box.bottom - ((box.height - box.bottom - box.top) * value) / box.scale;
const xOf = (box: Frame, at: number, count: number) => box.left + ((box.width - box.left - box.right) * (at + 0.5)) / count;

function axes(plot: Plot, box: Frame): SVGElement[] {
  const out: SVGElement[] = [];
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    const value = box.scale * part;
    if (!Number.isInteger(value)) continue;
    const y = yOf(box, value);
    out.push(s('line', { class: part === 0 ? 'axis' : 'grid', x1: box.left, x2: box.width - box.right, y1: y, y2: y }));
    out.push(s('text', { class: 'tick', x: box.left - box.em / 2, y: y + box.em * 0.35, 'text-anchor': 'end' }, plot.say(value)));
  }
  const widest = Math.max(...plot.points.map(({ label }) => widthOf(label, box.em))) + box.em;
  const nth = everyNth(plot.points.length, widest, box.width - box.left - box.right);
  plot.points.forEach(({ label }, at) => {
    if ((plot.points.length - 1 - at) % nth !== 0) return;
    const half = widthOf(label, box.em) / 2;
    const x = Math.min(Math.max(xOf(box, at, plot.points.length), half), box.width - half);
    out.push(s('text', { class: 'tick', x, y: box.height - box.em, 'text-anchor': 'middle' }, label));
  });
  return out;
}

function drawing(plot: Plot, box: Frame, content: SVGElement[]): SVGElement {
  return s('svg', {
    class: 'plot', viewBox: `0 0 ${box.width} ${box.height}`, role: 'img', 'aria-labelledby': `${plot.id}-title ${plot.id}-desc`,
  }, s('title', { id: `${plot.id}-title` }, plot.title), s('desc', { id: `${plot.id}-desc` }, plot.description), hatching(plot.id),
  ...content);
}

/** The pattern of what did not come to its end; each drawing has its own, for one alone on a page too. */
function hatching(id: string): SVGElement {
  return s('defs', {}, s('pattern', { id: `${id}-hatch`, width: 8, height: 8, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    s('rect', { class: 'hatch-ground', width: 8, height: 8 }), s('line', { class: 'hatch', x1: 0, x2: 0, y1: 0, y2: 8 })));
}

/** The first, last, smallest and largest values get their numbers; others would run into each other. */
export function labelled(points: PlotPoint[]): number[] {
  const known = points.map(({ value }, at) => ({ value, at })).filter((one): one is { value: number; at: number } => one.value !== null);
  if (known.length <= 13) return known.map(({ at }) => at);
  const sorted = [...known].sort((a, b) => a.value - b.value);
  return [...new Set([known[0]!.at, sorted[0]!.at, sorted.at(-1)!.at, known.at(-1)!.at])].sort((a, b) => a - b);
}

/** Values over time as a line; broken where nothing is known. */
export function linePlot(plot: Plot): SVGElement {
  const box = frame(plot);
  const content = axes(plot, box);
  const { points } = plot;
  const place = (at: number) => ({ x: xOf(box, at, points.length), y: yOf(box, points[at]!.value ?? 0) });
  if (plot.line) {
    const y = yOf(box, plot.line.value);
    content.push(s('line', { class: 'target', x1: box.left, x2: box.width - box.right, y1: y, y2: y }));
  }
  let path = '';
  points.forEach(({ value }, at) => {
    if (value === null) return;
    const { x, y } = place(at);
    path += `${at > 0 && points[at - 1]!.value !== null ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  content.push(s('path', { class: 'line', d: path }));
  let last = -Infinity;
  const written = new Set(labelled(points));
  points.forEach(({ value, whole }, at) => {
    if (value === null) return;
    const { x, y } = place(at);
    content.push(s('circle', { class: whole ? 'mark-whole' : 'mark-part', cx: x, cy: y, r: box.em * 0.3 }));
    const text = plot.say(value);
    const half = widthOf(text, box.em) / 2;
    if (!written.has(at) || x - half < last) return;
    last = x + half + box.em * 0.3;
    content.push(s('text', { class: 'value', x: Math.min(x, box.width - half), y: y - box.em * 0.7, 'text-anchor': 'middle' }, text));
  });
  // Written last and with a halo, in the corner under the line where no value's number stands.
  if (plot.line) content.push(s('text', { class: 'target-label', x: box.left + box.em * 0.4, y: yOf(box, plot.line.value) + box.em * 1.3 }, plot.line.label));
  return drawing(plot, box, content);
}

/** Counts over time as bars; `full` of each is plain, the rest hatched, and what is not complete has a dashed edge. */
export function barPlot(plot: Plot): SVGElement {
  const box = frame(plot);
  const content = axes(plot, box);
  const { points } = plot;
  const room = (box.width - box.left - box.right) / points.length;
  const width = Math.min(room * 0.7, box.em * 4);
  const written = new Set(labelled(points));
  let last = -Infinity;
  points.forEach(({ value, full, whole }, at) => {
    const count = value ?? 0;
    const x = xOf(box, at, points.length) - width / 2;
    const y = yOf(box, count);
    const plain = yOf(box, full ?? count);
    const base = yOf(box, 0);
    content.push(s('rect', { class: 'bar', x, y: plain, width, height: Math.max(base - plain, 0) }));
    if (plain > y) content.push(s('rect', { class: 'bar-rest', fill: `url(#${plot.id}-hatch)`, x, y, width, height: plain - y }));
    if (!whole && count > 0) content.push(s('rect', { class: 'bar-part', x, y, width, height: base - y }));
    const text = plot.say(count);
    const half = widthOf(text, box.em) / 2;
    const middle = x + width / 2;
    if (!written.has(at) || count === 0 || middle - half < last) return;
    last = middle + half + box.em * 0.3;
    content.push(s('text', { class: 'value', x: Math.min(middle, box.width - half), y: y - box.em * 0.4, 'text-anchor': 'middle' }, text));
  });
  return drawing(plot, box, content);
}

/** One bar of a funnel: how many came, and at its end, hatched, how many of them ended there. */
export function funnelBar(id: string, title: string, reached: number, ended: number, most: number): SVGElement {
  const width = 200;
  const height = 24;
  const length = most === 0 ? 0 : (width * reached) / most;
  const rest = reached === 0 ? 0 : (length * Math.min(ended, reached)) / reached;
  return s('svg', { class: 'funnel', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': `${id}-title`, preserveAspectRatio: 'none' },
    s('title', { id: `${id}-title` }, title), hatching(id),
    s('rect', { class: 'bar', x: 0, y: 2, width: Math.max(length - rest, 0), height: height - 4 }),
    s('rect', { class: 'bar-rest', fill: `url(#${id}-hatch)`, x: length - rest, y: 2, width: rest, height: height - 4 }));
}

/** What a screen reader says of a plot beside its title. */
export function described(plot: Pick<Plot, 'points' | 'say'>, words: { span: (first: string, last: string, least: string, most: string) => string; empty: string }): string {
  const known = plot.points.filter(({ value }) => value !== null);
  if (known.length === 0) return words.empty;
  const values = known.map(({ value }) => value!);
  return words.span(known[0]!.label, known.at(-1)!.label, plot.say(Math.min(...values)), plot.say(Math.max(...values)));
}

