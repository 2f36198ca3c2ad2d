/** Arrow keys, Home and End go from screen to screen, as on a board. */
export function moveInGrid(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const screens = [...event.currentTarget.querySelectorAll<HTMLElement>(".screen")];
  const place = screens.indexOf(event.target as HTMLElement);
  if (place < 0) return;
  const top = screens[0].getBoundingClientRect().top;
  const firstBelow = screens.findIndex((each) => each.getBoundingClientRect().top > top);
  const columns = firstBelow < 0 ? screens.length : firstBelow;
  const places: Readonly<Record<string, number>> = {
    ArrowLeft: place - 1,
    ArrowRight: place + 1,
    ArrowUp: place - columns,
    ArrowDown: place + columns,
    Home: 0,
    End: screens.length - 1,
  };
  const next = screens[places[event.key] ?? -1];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
