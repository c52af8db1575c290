// A server that wants a token in, what somebody typed out.

import { byId } from "./elements.js";

/** Ask for a token; null when somebody would rather not. */
export function askForToken(wrong) {
  const dialog = byId("token-dialog");
  const field = byId("token");
  byId("token-wrong").hidden = !wrong;
  field.value = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const submit = (event) => {
      event.preventDefault();
      dialog.close(field.value.trim());
    };
    byId("token-form").addEventListener("submit", submit);
    dialog.addEventListener(
      "close",
      () => {
        byId("token-form").removeEventListener("submit", submit);
        resolve(dialog.returnValue || null);
        dialog.returnValue = "";
      },
      { once: true },
    );
  });
}
