// Elements without a framework.

export type Child = Node | string | null | undefined | false | Child[];
type Attribute = string | number | boolean | null | undefined | ((event: Event) => void);

/**
 * An element. An attribute that is true stands empty, one that is false, null or undefined is left out, a function
 * listens to the event of that name.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Attribute> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  append(element, children);
  return element;
}

function append(element: Element, children: Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

// A press that is under way keeps what it began on: a button that is made anew between down and up is never clicked.
const longest_press_ms = 10_000;
const click_after_up_ms = 300;
let pressed: Node | undefined;
let pressEnds: ReturnType<typeof setTimeout> | undefined;
const held = new Map<Element, Child[]>();

function endPress(after: number): void {
  clearTimeout(pressEnds);
  pressEnds = setTimeout(() => {
    pressed = undefined;
    const contents = [...held];
    held.clear();
    for (const [place, content] of contents) replaceContent(place, ...content);
  }, after);
}

if (typeof window !== 'undefined') {
  window.addEventListener('pointerdown', ({ target }) => {
    pressed = target instanceof Node ? target : undefined;
    endPress(longest_press_ms);
  }, true);
  window.addEventListener('pointerup', () => endPress(click_after_up_ms), true);
  window.addEventListener('pointercancel', () => endPress(0), true);
  window.addEventListener('click', () => endPress(0)); // after those who listen to it
}

/** Puts new content in place of the old, once no press is on it; what had the focus keeps it, known by its data-key. */
export function replaceContent(place: Element, ...content: Child[]): void {
  held.delete(place);
  if (pressed && place.contains(pressed)) {
    held.set(place, content);
    return;
  }
  const active = document.activeElement;
  const key = active instanceof HTMLElement && place.contains(active) ? active.dataset['key'] : undefined;
  place.replaceChildren();
  append(place, content);
  if (key === undefined) return;
  const again = [...place.querySelectorAll<HTMLElement>('[data-key]')].find((one) => one.dataset['key'] === key);
  again?.focus({ preventScroll: true });
}
