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

/** Puts new content in place of the old; what had the focus keeps it, known by its data-key. */
export function replaceContent(place: Element, ...content: Child[]): void {
  const active = document.activeElement;
  const key = active instanceof HTMLElement && place.contains(active) ? active.dataset['key'] : undefined;
  place.replaceChildren();
  append(place, content);
  if (key === undefined) return;
  const again = [...place.querySelectorAll<HTMLElement>('[data-key]')].find((one) => one.dataset['key'] === key);
  again?.focus({ preventScroll: true });
}
