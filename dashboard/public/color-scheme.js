// Runs before the first paint so that dark mode never flashes white. A file of its own: the page allows no inline script.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem('carillon-color-scheme')
  } catch {
    // Storage is refused in some private windows: the system's choice is used.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
})()
