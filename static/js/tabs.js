// Where tabs are wider than the window, the one in force is brought into sight.
for (const tab of document.querySelectorAll(":is(.tabs, .set-nav, .seg) > [aria-current]")) {
  const bar = tab.parentElement;
  bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
}
