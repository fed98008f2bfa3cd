// What makes the portal misbehave, moves its clock, or changes things behind the customer's back.
import { useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { control } from '../control';
import { FaultField, faultKinds, FaultSwitch, faultSwitches } from '../faultKinds';
import { Column, Hidden, Switch, Table } from '../parts/parts';
import { act, catalog, faults, info, ledger, portalTime, quirks, show, snapshots, worlds } from '../state';
import type { FaultRow, Quirk, Snapshot } from '../types';

function Card({ id, title, intro, wide, children }: { id: string; title: string; intro?: string; wide?: boolean; children: ComponentChildren }) {
    return (
        <section class={`card ${wide ? 'wide' : ''}`} aria-labelledby={`${id}-title`} id={id}>
            <header>
                <h2 id={`${id}-title`}>{title}</h2>
            </header>
            {intro && <p class="soft">{intro}</p>}
            {children}
        </section>
    );
}

const scriptOf = (row: FaultSwitch) => faults.value.find((each) => each.operation === '*' && each.kind === row.fault.kind && each.remaining === null);

async function setFault(row: FaultSwitch, on: boolean): Promise<void> {
    const script = scriptOf(row);
    if (on && script === undefined) await act(`${row.label} is on`, () => control.addFault({ operation: '*', times: 0, fault: row.fault }));
    if (!on && script !== undefined) await act(`${row.label} is off`, () => control.removeFault(script.fault_id));
}

function Switches() {
    return (
        <Card id="switches" title="Faults for every request" intro="Where several are on, the one that was switched on first is met.">
            <ul class="switches">
                {faultSwitches.map((row) => (
                    <li key={row.label}>
                        <Switch label={row.label} hint={row.hint} on={scriptOf(row) !== undefined} set={(on) => setFault(row, on)} />
                    </li>
                ))}
            </ul>
        </Card>
    );
}

function valueOf(field: FaultField, text: string): unknown {
    if (!field.json) return text;
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

function NewFault() {
    const [operation, setOperation] = useState('');
    const [kind, setKind] = useState('status');
    const [texts, setTexts] = useState<Record<string, string>>({});
    const [times, setTimes] = useState('1');
    const [skip, setSkip] = useState('0');
    const fields = faultKinds.find((row) => row.kind === kind)?.fields ?? [];
    const add = (event: Event) => {
        event.preventDefault();
        const fault: Record<string, unknown> = { kind };
        for (const field of fields) {
            const text = texts[`${kind} ${field.name}`] ?? field.initial;
            if (text !== '') fault[field.name] = valueOf(field, text);
        }
        act('The fault waits for its request', () =>
            control.addFault({ operation: operation.trim() || '*', times: valueOf({ json: true } as FaultField, times), skip: valueOf({ json: true } as FaultField, skip), fault }),
        );
    };
    return (
        <Card id="new-fault" title="A fault for some requests">
            <form onSubmit={add} class="fields">
                <label class="full">
                    Operation
                    <input list="operation-ids" value={operation} placeholder="every request" onInput={(event) => setOperation(event.currentTarget.value)} />
                </label>
                <datalist id="operation-ids">
                    {catalog.value?.operations.map((row) => (
                        <option key={row.id} value={row.id} />
                    ))}
                </datalist>
                <label class="full">
                    What goes wrong
                    <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
                        {faultKinds.map((row) => (
                            <option key={row.kind} value={row.kind}>
                                {row.label}
                            </option>
                        ))}
                    </select>
                </label>
                {fields.map((field) => {
                    const key = `${kind} ${field.name}`;
                    const value = texts[key] ?? field.initial;
                    const set = (text: string) => setTexts({ ...texts, [key]: text });
                    return (
                        <label key={key} class={field.wide ? 'full' : undefined}>
                            {field.label}
                            {field.words ? (
                                <select value={value} onChange={(event) => set(event.currentTarget.value)}>
                                    {field.words.map((word) => (
                                        <option key={word}>{word}</option>
                                    ))}
                                </select>
                            ) : (
                                <input value={value} onInput={(event) => set(event.currentTarget.value)} />
                            )}
                        </label>
                    );
                })}
                <label>
                    How often
                    <input inputMode="numeric" value={times} aria-describedby="times-hint" onInput={(event) => setTimes(event.currentTarget.value)} />
                    <small id="times-hint">0: for ever</small>
                </label>
                <label>
                    After so many
                    <input inputMode="numeric" value={skip} aria-describedby="skip-hint" onInput={(event) => setSkip(event.currentTarget.value)} />
                    <small id="skip-hint">requests that pass unharmed</small>
                </label>
                <div class="full">
                    <button type="submit">Add the fault</button>
                </div>
            </form>
        </Card>
    );
}

const faultColumns: Column<FaultRow>[] = [
    { name: 'No.', cell: (row) => row.fault_id, numeric: true },
    { name: 'Operation', cell: (row) => (row.operation === '*' ? 'every request' : row.operation) },
    { name: 'Kind', cell: (row) => row.kind },
    { name: 'Fired', cell: (row) => row.fired, numeric: true },
    { name: 'Left', cell: (row) => row.remaining ?? 'for ever', numeric: true },
    { name: 'At requests', cell: (row) => row.requests.slice(-5).join(', '), wide: true },
    {
        name: 'Actions',
        hideName: true,
        cell: (row) => (
            <button type="button" class="small" onClick={() => act(`Fault ${row.fault_id} is gone`, () => control.removeFault(row.fault_id))}>
                Remove <Hidden>fault {row.fault_id}</Hidden>
            </button>
        ),
    },
];

function FaultList() {
    return (
        <Card id="fault-list" title="Faults that wait or have fired" wide>
            <Table caption="Faults" rows={faults.value} columns={faultColumns} rowKey={(row) => row.fault_id} empty="None: every request is answered as it should be." />
            {faults.value.length > 0 && (
                <p>
                    <button type="button" class="outline" onClick={() => act('All faults are gone', control.clearFaults)}>
                        Remove all
                    </button>
                </p>
            )}
        </Card>
    );
}

const steps: [string, number][] = [
    ['1 minute', 60],
    ['1 hour', 3600],
    ['1 day', 86_400],
    ['1 week', 7 * 86_400],
    ['30 days', 30 * 86_400],
];

function Clock() {
    const [days, setDays] = useState('90');
    const [day, setDay] = useState('');
    const move = (words: string, seconds: number) => act(`The clock moved forward by ${words}`, () => control.moveClock(seconds));
    return (
        <Card id="clock" title="The portal’s clock" intro="Only forward. Invoices fall due, domains expire, tokens end.">
            <p class="clock">
                <time dateTime={portalTime.value}>{portalTime.value.slice(0, 19).replace('T', ' ')}</time> <small>UTC</small>
            </p>
            <fieldset class="buttons">
                <legend class="hidden">Move forward by</legend>
                {steps.map(([words, seconds]) => (
                    <button type="button" class="outline" key={words} onClick={() => move(words, seconds)}>
                        <Hidden>Forward by</Hidden> {words}
                    </button>
                ))}
            </fieldset>
            <form
                class="bar"
                onSubmit={(event) => {
                    event.preventDefault();
                    move(`${days} days`, Math.round(Number(days) * 86_400));
                }}
            >
                <label>
                    Days
                    <input inputMode="decimal" value={days} onInput={(event) => setDays(event.currentTarget.value)} />
                </label>
                <button type="submit">Move</button>
            </form>
            <form
                class="bar"
                onSubmit={(event) => {
                    event.preventDefault();
                    act(`The clock shows ${day}`, () => control.setClock(`${day}T00:00:00Z`));
                }}
            >
                <label>
                    To the day
                    <input type="date" required class="day" value={day} onInput={(event) => setDay(event.currentTarget.value)} />
                </label>
                <button type="submit">Set the clock</button>
            </form>
        </Card>
    );
}

function SetState() {
    const [kind, setKind] = useState('service');
    const [id, setId] = useState('');
    const [state, setState] = useState('');
    const states = info.value?.states ?? {};
    const words = states[kind] ?? [];
    const chosen = words.includes(state) ? state : (words[0] ?? '');
    return (
        <Card id="set-state" title="What no request could do" intro="Puts something into a state, as the portal’s people or its machines would.">
            <form
                class="fields"
                onSubmit={(event) => {
                    event.preventDefault();
                    act(`${kind} ${id} is ${chosen}`, () => control.setState(kind, Number(id), chosen));
                }}
            >
                <label>
                    What
                    <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
                        {Object.keys(states).map((each) => (
                            <option key={each}>{each}</option>
                        ))}
                    </select>
                </label>
                <label>
                    Id
                    <input inputMode="numeric" required pattern="[0-9]+" value={id} onInput={(event) => setId(event.currentTarget.value)} />
                </label>
                <label>
                    State
                    <select value={chosen} onChange={(event) => setState(event.currentTarget.value)}>
                        {words.map((each) => (
                            <option key={each}>{each}</option>
                        ))}
                    </select>
                </label>
                <div class="full">
                    <button type="submit">Set</button>
                </div>
            </form>
        </Card>
    );
}

function QuirkRow({ row }: { row: Quirk }) {
    const takesValue = row.value !== undefined;
    const [text, setText] = useState('');
    const value = /^\d+$/.test(text) ? Number(text) : text;
    const name = row.name.replaceAll('_', ' ');
    return (
        <li>
            <Switch
                label={name}
                hint={row.summary}
                on={row.on}
                set={(on) => act(`${name} is ${on ? 'on' : 'off'}`, () => control.setQuirk(row.name, on && takesValue ? value : on))}
            />
            {takesValue && (
                <label class="value">
                    <Hidden>Value of {name}</Hidden>
                    <input placeholder="value" value={row.on ? String(row.value) : text} readOnly={row.on} onInput={(event) => setText(event.currentTarget.value)} />
                </label>
            )}
        </li>
    );
}

function Quirks() {
    const { hostile, quirks: rows } = quirks.value;
    const [number, setNumber] = useState('1');
    const on = rows.filter((row) => row.on).length;
    return (
        <Card id="quirks" title="Quirks" intro="What real portals do beyond their documents." wide>
            <form
                class="bar"
                onSubmit={(event) => {
                    event.preventDefault();
                    act(`The mix ${number} is on`, () => control.setQuirk('hostile', Number(number)));
                }}
            >
                <label>
                    Hostile mix
                    <input inputMode="numeric" value={number} onInput={(event) => setNumber(event.currentTarget.value)} />
                </label>
                <button type="submit">{hostile === null ? 'Switch on' : 'Change'}</button>
                {hostile !== null && (
                    <button type="button" class="outline" onClick={() => act('The mix is off', () => control.setQuirk('hostile', false))}>
                        Switch off
                    </button>
                )}
                <span class="soft">{hostile === null ? 'off: no request meets a quirk by chance' : `mix ${hostile} is on: each request meets some of them`}</span>
            </form>
            <details>
                <summary>
                    {rows.length} quirks one by one, {on} on
                </summary>
                <ul class="switches">
                    {rows.map((row) => (
                        <QuirkRow key={row.name} row={row} />
                    ))}
                </ul>
            </details>
        </Card>
    );
}

function Worlds() {
    const [name, setName] = useState('');
    const here = info.value?.world ?? 'main';
    return (
        <Card id="worlds" title="Worlds" intro="Each has an account, a clock and a state of its own. A request meets the one whose credentials it shows.">
            <div class="bar">
                <label>
                    Looked at
                    <select value={here} onChange={(event) => {
                        const wanted = event.currentTarget.value;
                        act(`World ${wanted} is shown`, () => show(wanted));
                    }}>
                        {worlds.value.map((row) => (
                            <option key={row.world} value={row.world}>
                                {row.world} ({row.username})
                            </option>
                        ))}
                    </select>
                </label>
                {here !== 'main' && (
                    <button
                        type="button"
                        class="outline"
                        onClick={() =>
                            act(`World ${here} is gone`, async () => {
                                await show('main');
                                await control.deleteWorld(here);
                            })
                        }
                    >
                        End it
                    </button>
                )}
            </div>
            <form
                class="bar"
                onSubmit={(event) => {
                    event.preventDefault();
                    act('There is a new world', async () => {
                        const { world } = await control.createWorld(name.trim());
                        setName('');
                        await show(world);
                    });
                }}
            >
                <label>
                    New world
                    <input class="name" value={name} placeholder="a name" onInput={(event) => setName(event.currentTarget.value)} />
                </label>
                <button type="submit">Create</button>
            </form>
        </Card>
    );
}

const snapshotColumns: Column<Snapshot>[] = [
    { name: 'Snapshot', cell: (row) => <b>{row.name}</b> },
    { name: 'Time', cell: (row) => row.time.slice(0, 16).replace('T', ' ') },
    { name: 'kB', cell: (row) => Math.ceil(row.bytes / 1000), numeric: true },
    {
        name: 'Actions',
        hideName: true,
        cell: (row) => (
            <span class="actions">
                <button type="button" class="small" onClick={() => act(`Back to ${row.name}`, () => control.restore(row.name))}>
                    Restore <Hidden>{row.name}</Hidden>
                </button>
                <button type="button" class="small" onClick={() => act(`${row.name} is forgotten`, () => control.forgetSnapshot(row.name))}>
                    Forget <Hidden>{row.name}</Hidden>
                </button>
            </span>
        ),
    },
];

function Snapshots() {
    const [name, setName] = useState('');
    return (
        <Card id="snapshots" title="Snapshots" intro="The state as it is now, to come back to.">
            <form
                class="bar"
                onSubmit={(event) => {
                    event.preventDefault();
                    act(`Kept as ${name}`, () => control.snapshot(name.trim())).then((kept) => kept && setName(''));
                }}
            >
                <label>
                    Name
                    <input class="name" required value={name} onInput={(event) => setName(event.currentTarget.value)} />
                </label>
                <button type="submit">Keep</button>
            </form>
            <Table caption="Snapshots" rows={snapshots.value} columns={snapshotColumns} rowKey={(row) => row.name} empty="None yet." />
        </Card>
    );
}

function Ledger() {
    const rows = Object.entries(ledger.value);
    return (
        <Card id="ledger" title="Ledger" intro="What was really carried out, and what came of it.">
            <Table
                caption="Ledger"
                rows={rows}
                columns={[
                    { name: 'Effect', cell: ([name]) => name },
                    { name: 'Times', cell: ([, count]) => count, numeric: true },
                ]}
                rowKey={([name]) => name}
                empty="Nothing has changed since the beginning."
            />
        </Card>
    );
}

function Reset() {
    const [sure, setSure] = useState(false);
    return (
        <Card id="reset" title="From the beginning" intro="Everything that happened is forgotten: state, journal, ledger, faults, the moved clock.">
            <div class="buttons">
                {sure ? (
                    <>
                        <button
                            type="button"
                            class="danger"
                            onClick={() => {
                                setSure(false);
                                act('The sandbox is as it was at first', control.reset);
                            }}
                        >
                            Yes, reset
                        </button>
                        <button type="button" class="outline" onClick={() => setSure(false)}>
                            Keep it
                        </button>
                    </>
                ) : (
                    <button type="button" class="outline" onClick={() => setSure(true)}>
                        Reset the sandbox
                    </button>
                )}
            </div>
        </Card>
    );
}

export function ControlsView() {
    return (
        <div class="cards">
            <Switches />
            <NewFault />
            <FaultList />
            <Quirks />
            <Clock />
            <SetState />
            <Worlds />
            <Snapshots />
            <Ledger />
            <Reset />
        </div>
    );
}
