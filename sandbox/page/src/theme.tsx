// Light or dark: as the system has it, or as chosen here.
import { signal } from '@preact/signals';

const key = 'sandbox-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

const choice = signal(localStorage.getItem(key) ?? 'system');
export const shown = signal<'light' | 'dark'>('light');

function apply(): void {
    shown.value = choice.value === 'dark' || (choice.value === 'system' && dark.matches) ? 'dark' : 'light';
    document.documentElement.dataset.theme = shown.value;
}
dark.addEventListener('change', apply);
apply();

export function ThemeSwitch() {
    return (
        <label class="theme">
            <span class="hidden">Colours</span>
            <select
                value={choice.value}
                onChange={(event) => {
                    choice.value = event.currentTarget.value;
                    localStorage.setItem(key, choice.value);
                    apply();
                }}
            >
                <option value="system">As the system</option>
                <option value="light">Light</option>
                <option value="dark">Dark</option>
            </select>
        </label>
    );
}
