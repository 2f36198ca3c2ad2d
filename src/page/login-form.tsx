import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { methodUuid } from "../veyon/authentication-methods.ts";
import { Api, ApiProblem } from "./api.ts";
import { namedInAddress, rememberInAddress, splitNames } from "./host-names.ts";
import type { Room } from "./room.ts";

type Field = "username" | "password" | "keyname" | "keydata";

interface Method {
  readonly uuid: string;
  readonly name: string;
  readonly fields: readonly Field[];
}

const methods: readonly Method[] = [
  {
    uuid: methodUuid("AuthLogon"),
    name: "User name and password",
    fields: ["username", "password"],
  },
  { uuid: methodUuid("AuthKeys"), name: "Key file", fields: ["keyname", "keydata"] },
  {
    uuid: methodUuid("AuthLDAP"),
    name: "LDAP user name and password",
    fields: ["username", "password"],
  },
  { uuid: methodUuid("AuthSimple"), name: "Password only", fields: ["password"] },
];

export interface LoginFormProps {
  readonly given: Room | null;
  /** Throws what is wrong. */
  readonly onRoom: (room: Room) => Promise<void>;
}

export function LoginForm({ given, onRoom }: LoginFormProps) {
  const [names, setNames] = useState(
    given?.computers.map(({ address }) => address).join("\n") ?? namedInAddress(),
  );
  const [uuid, setUuid] = useState(given?.method ?? methods[0].uuid);
  const [values, setValues] = useState<Partial<Record<Field, string>>>(given?.credentials ?? {});
  /** Null: the server has not asked for one. */
  const [token, setToken] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const method = methods.find((each) => each.uuid === uuid) ?? methods[0];

  /** Most computers offer one method, so nobody needs to know which. */
  async function chooseMethod(): Promise<void> {
    const [first] = splitNames(names);
    const api = new Api(token ?? undefined);
    if (first === undefined) return;
    const offered = await api.offeredMethods(first).catch(hearProblem);
    if (offered.length === 1) setUuid(offered[0]);
  }

  function hearProblem(error: unknown): [] {
    if (error instanceof ApiProblem && error.wantsToken) setToken((before) => before ?? "");
    return [];
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const addresses = splitNames(names);
    const credentials = Object.fromEntries(
      method.fields.flatMap((each) => {
        const value = values[each] ?? "";
        return each === "keydata" && value === "" ? [] : [[each, value]];
      }),
    );
    const nameOf = (address: string) =>
      given?.computers.find((each) => each.address === address)?.name ?? address;
    setBusy(true);
    setProblem(null);
    try {
      await onRoom({
        method: uuid,
        credentials,
        ...(token !== null && { token }),
        computers: addresses.map((address) => ({ name: nameOf(address), address })),
      });
      if (given === null) rememberInAddress(addresses);
    } catch (error) {
      hearProblem(error);
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }

  const bound = (field: Field) => ({
    id: field,
    required: true,
    value: values[field] ?? "",
    onInput: (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      setValues({ ...values, [field]: event.currentTarget.value }),
  });

  return (
    <form class="login" onSubmit={(event) => void submit(event)}>
      <h1>See the computers of a room</h1>
      {token !== null && (
        <Row label="Access token" id="token" hint="This server wants one">
          <input
            id="token"
            type="password"
            required
            autocomplete="off"
            value={token}
            onInput={({ currentTarget }) => setToken(currentTarget.value)}
          />
        </Row>
      )}
      <Row label="Computers" id="computers" hint="Names or addresses, in lines of their own">
        <textarea
          id="computers"
          rows={4}
          required
          spellcheck={false}
          autocomplete="off"
          value={names}
          onInput={({ currentTarget }) => setNames(currentTarget.value)}
          onChange={() => void chooseMethod()}
        />
      </Row>
      <Row label="Log in with" id="method">
        <select
          id="method"
          value={uuid}
          onChange={({ currentTarget }) => setUuid(currentTarget.value)}
        >
          {methods.map(({ uuid: value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </Row>
      {method.fields.includes("username") && (
        <Row label="User name" id="username">
          <input {...bound("username")} autocomplete="username" />
        </Row>
      )}
      {method.fields.includes("password") && (
        <Row label="Password" id="password">
          <input {...bound("password")} type="password" autocomplete="current-password" />
        </Row>
      )}
      {method.fields.includes("keyname") && (
        <>
          <Row label="Name of the key" id="keyname">
            <input {...bound("keyname")} autocomplete="off" />
          </Row>
          <Row label="Private key" id="keydata" hint={keyHint(token)}>
            <textarea
              {...bound("keydata")}
              required={token === null}
              rows={5}
              spellcheck={false}
              autocomplete="off"
            />
          </Row>
        </>
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
      <button class="primary" disabled={isBusy}>
        {isBusy ? "Logging in …" : "Log in"}
      </button>
    </form>
  );
}

/** With an access token the server may have the key. */
function keyHint(token: string | null): string {
  const hint = "The whole file, with its first and last line";
  return token === null ? hint : `${hint}; empty for the key that the server keeps`;
}

interface RowProps {
  readonly label: string;
  readonly id: string;
  readonly hint?: string;
  readonly children: ComponentChildren;
}

function Row({ label, id, hint, children }: RowProps) {
  return (
    <div class="row">
      <label for={id}>{label}</label>
      {children}
      {hint !== undefined && <small>{hint}</small>}
    </div>
  );
}
