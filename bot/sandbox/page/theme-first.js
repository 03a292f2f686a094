/* Takes over the remembered choice of light or dark before anything is drawn; theme.js holds the switch. */
try {
  const chosen = localStorage.getItem("caseline.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // A browser that keeps nothing follows the system.
}
