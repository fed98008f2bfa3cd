// Where in the page one is: #/reference/servers.reboot?server_id=2210
import { signal } from '@preact/signals';

export interface Place {
    view: string;
    item: string;
    given: Record<string, string>;
}

function read(): Place {
    const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
    const [view = '', item = ''] = path.split('/');
    return { view, item: decodeURIComponent(item), given: Object.fromEntries(new URLSearchParams(query)) };
}

export const place = signal<Place>({ view: '', item: '', given: {} });
export function follow(): void {
    place.value = read();
    addEventListener('hashchange', () => (place.value = read()));
}

export function link(view: string, item = '', given: Record<string, unknown> = {}): string {
    const query = new URLSearchParams(Object.entries(given).map(([name, value]) => [name, String(value)])).toString();
    return `#/${view}${item ? `/${encodeURIComponent(item)}` : ''}${query ? `?${query}` : ''}`;
}
