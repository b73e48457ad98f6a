/** Elements without markup in strings: Trusted Types allow nothing else, and text stays text. */

// Plain JavaScript, which has no types to be safe by.
/* oxlint-disable typescript/no-unsafe-argument, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return */

/** @param properties of the element; `data`, `aria` and `on` are its data-, aria- attributes and listeners */
export function make(tag, properties = {}, ...children) {
  const { aria = {}, data = {}, on = {}, ...plain } = properties
  const made = Object.assign(document.createElement(tag), plain)
  for (const [name, value] of Object.entries(aria)) made.setAttribute(`aria-${name}`, value)
  for (const [name, listener] of Object.entries(on)) made.addEventListener(name, listener)
  Object.assign(made.dataset, data)
  made.append(...children.filter((child) => child !== undefined))
  return made
}
