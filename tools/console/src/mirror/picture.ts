// The kiosk's pictograms and illustrations, drawn from ui/kit's own paths (pictures.py). They say nothing that the words
// beside them do not say, so a screen reader passes them over.

import pictures from '../generated/pictures.json';
import { s } from '../plot';

interface Picture {
  width: number;
  height: number;
  layers: { transform: string; piece: number }[];
}
const pictograms: Record<string, Picture> = pictures.pictograms;
const illustrations: Record<string, Picture> = pictures.illustrations;
const colours: Record<string, string> = pictures.colours;

/** A small sign in the colour of the words beside it. Nothing for a name that the kit does not know. */
export function pictogram(name: string): SVGElement | null {
  return draw(pictograms[name], 'pictogram');
}

/** A large picture of a notice or a step. Nothing for a name that the kit does not know. */
export function illustration(name: string): SVGElement | null {
  return draw(illustrations[name], 'illustration');
}

function draw(picture: Picture | undefined, kind: string): SVGElement | null {
  if (!picture) return null;
  return s('svg', { class: kind, viewBox: `0 0 ${picture.width} ${picture.height}`, 'aria-hidden': 'true', focusable: 'false' },
    ...picture.layers.map(({ transform, piece }) =>
      s('g', transform === '' ? {} : { transform }, ...(pictures.pieces[piece] ?? []).map(stroke))));
}

/** A path of no width is filled. Line and soft get their colours in style.css, for they are the control's. */
function stroke({ ink, width, path }: { ink: string; width: number; path: string }): SVGElement {
  const [paint, other] = width > 0 ? ['stroke', 'fill'] : ['fill', 'stroke'];
  const colour = colours[ink];
  const round = { 'stroke-width': width, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
  return s('path', { d: path, [other]: 'none', ...(colour ? { [paint]: colour } : { class: `${paint}-${ink}` }), ...(width > 0 && round) });
}
