/** Copies text, also on plain http, where browsers offer no clipboard to scripts. */

/** Copies `text`; resolves to whether it worked. Browsers allow it for a few seconds after a click or a key. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** Copies `text` as the browser's menu does, from a field that is there for a moment. Keeps focus and selection. */
function copySelected(text: string): boolean {
  const { activeElement } = document;
  const selection = getSelection();
  const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
  const field = document.createElement('textarea');
  field.className = 'unseen';
  field.readOnly = true;
  field.value = text;
  document.body.append(field);
  field.focus({ preventScroll: true });
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (range) {
    selection?.removeAllRanges();
    selection?.addRange(range);
  }
  if (activeElement instanceof HTMLElement) activeElement.focus({ preventScroll: true });
  return isCopied;
}
