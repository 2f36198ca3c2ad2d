import { useLayoutEffect, useRef } from "preact/hooks";

export interface TextDialogProps {
  readonly title: string;
  readonly label: string;
  /** What its button says. */
  readonly submit: string;
  readonly type?: "url";
  readonly onText: (text: string) => void;
  readonly onClose: () => void;
}

/** Asks for a text. */
export function TextDialog({ title, label, submit, type, onText, onClose }: TextDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useLayoutEffect(() => dialog.current!.showModal(), []);
  const finish = (event: Event) => {
    event.preventDefault();
    const text = field.current!.value.trim();
    if (text !== "") onText(type === "url" ? withScheme(text) : text);
    dialog.current!.close();
  };
  return (
    <dialog ref={dialog} class="question" aria-labelledby="question" onClose={onClose}>
      <form onSubmit={finish}>
        <h2 id="question">{title}</h2>
        <div class="row">
          <label for="answer">{label}</label>
          {type === "url" ? (
            <input ref={field} id="answer" inputMode="url" placeholder="https://" required />
          ) : (
            <textarea ref={field} id="answer" rows={4} required />
          )}
        </div>
        <div class="buttons">
          <button type="button" onClick={() => dialog.current!.close()}>
            Cancel
          </button>
          <button class="primary">{submit}</button>
        </div>
      </form>
    </dialog>
  );
}

function withScheme(address: string): string {
  // Not that of `name:8443`.
  return /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(address) ? address : `https://${address}`;
}
