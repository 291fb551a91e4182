/** The form that cancels a run or a family. */

/**
 * Returns the form as HTML. It is plain text because the page's script adds it, too, long before it has the templates.
 * `address` is that of a run or family, whose characters need no escaping. `key` is for a client without cookies.
 */
export function cancelForm(address: string, key?: string): string {
  const action = `${address}/cancel${key === undefined ? '' : `?key=${key}`}`;
  const words = address.includes('/families/') ? 'Cancel the rest' : 'Cancel';
  return `<form class="cancel" method="post" action="${action}" hx-post="${action}" hx-swap="none" hx-disable="find button"><button id="cancel-button" type="submit">${words}</button></form>`;
}
