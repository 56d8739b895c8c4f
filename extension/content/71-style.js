// @ts-check
// How the panel looks; what it shares with the button stands there. Lengths are in px: inside a
// shadow root `rem` would still follow the page.
__side.define(() => ({
  style: `
.panel {
  position: fixed; z-index: 2147483647; top: 12px; inset-inline-end: 12px; max-height: calc(100vh - 24px); width: min(392px, calc(100vw - 24px));
  display: flex; flex-direction: column; border-radius: 16px; background: var(--card); box-shadow: var(--shadow); overflow: hidden;
}
@media (prefers-reduced-motion: no-preference) {
  .panel.new { animation: in .18s cubic-bezier(.2, .8, .3, 1); }
  @keyframes in { from { opacity: 0; transform: translateX(14px); } }
  .bone { animation: pulse 1.3s ease-in-out infinite alternate; }
  @keyframes pulse { to { opacity: .45; } }
}
.top { display: flex; align-items: center; gap: 4px; padding: 10px; padding-inline-start: 20px; border-bottom: 1px solid var(--line); }
.top b { display: flex; align-items: center; gap: 8px; margin-inline-end: auto; font-weight: 600; }
.top b svg { color: var(--accent); width: 22px; }
.chip { padding: 2px 10px; margin-inline-end: 4px; border-radius: 11px; background: var(--wash); color: var(--accent); font-size: 12px; font-weight: 600; white-space: nowrap; }
.icon { display: grid; place-items: center; width: 34px; height: 34px; border: 0; border-radius: 9px; background: none; color: var(--soft); }
.icon:hover:enabled { background: var(--raised); color: var(--ink); }
.body { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 20px; scrollbar-width: thin; overflow-wrap: anywhere; }
.foot { padding: 14px 20px 16px; border-top: 1px solid var(--line); background: var(--card); }
.who { display: flex; gap: 14px; align-items: center; margin-bottom: 16px; }
.face { display: grid; place-items: center; flex: none; width: 48px; height: 48px; border-radius: 50%; background: var(--wash); color: var(--accent); font-size: 17px; font-weight: 600; }
h2 { font-size: 18px; line-height: 1.3; font-weight: 650; letter-spacing: -.01em; }
.who p { color: var(--soft); font-size: 13px; line-height: 1.45; }
.who p:nth-child(2) { color: var(--ink); font-size: 14px; }
.receipt { display: flex; gap: 10px; padding: 10px 14px; border-radius: 10px; background: var(--wash); font-size: 13px; }
.receipt svg { margin-top: 1px; color: var(--accent); }
.receipt strong { font-weight: 650; }
h3 { margin: 24px 0 8px; color: var(--soft); font-size: 12px; font-weight: 600; letter-spacing: .02em; }
.facts { display: grid; grid-template-columns: auto 1fr; gap: 5px 16px; margin-top: 16px; font-size: 13px; }
.facts dt { color: var(--soft); }
.facts dd { min-width: 0; font-weight: 500; }
.facts dd::first-letter { text-transform: uppercase; }
.why[open] { margin-bottom: 4px; }
.facts .why, .card .why { margin-top: 0; color: inherit; }
.why summary { display: flex; flex-wrap: wrap; align-items: center; gap: 0 6px; list-style: none; }
.why summary::-webkit-details-marker { display: none; }
.why summary svg { width: 12px; height: 12px; color: var(--soft); transition: transform .12s; }
[dir=rtl] .why > summary svg { transform: scaleX(-1); }
.root .why[open] > summary svg { transform: rotate(90deg); }
.facts .why summary bdi::first-letter { text-transform: uppercase; }
.why small { color: var(--soft); font-size: 12px; font-weight: 400; }
.why p, .why ul { margin-top: 4px; color: var(--soft); font-size: 12px; font-weight: 400; }
.why li + li { margin-top: 3px; }
.why blockquote { margin: 6px 0; font-weight: 400; }
.unclear { color: var(--soft); font-style: italic; font-weight: 400; }
.offers { display: grid; grid-template-columns: repeat(auto-fill, minmax(154px, 1fr)); gap: 8px; }
.offer { display: flex; flex-direction: column; align-items: flex-start; padding: 8px 12px; border: 0; border-radius: 10px; background: var(--raised); box-shadow: inset 0 0 0 1px var(--line); font-weight: 600; text-align: start; }
.offer:hover:enabled { background: var(--wash); }
.offer small { color: var(--accent); font-size: 12px; font-weight: 500; }
.values, .came { margin: 0 0 8px; }
.offers ~ .came { margin: 12px 0 0; }
.came > .what { margin-bottom: 4px; font-weight: 600; }
.came .notice { margin: 0; }
.came .values { margin: 8px 0 0; }
.what { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; color: var(--soft); font-size: 12px; }
.what em { padding: 0 8px; border-radius: 9px; background: var(--wash); color: var(--accent); font-style: normal; font-weight: 500; }
.what em.warn { background: var(--warn-wash); color: var(--warn); }
.what em.bad { background: var(--bad-wash); color: var(--bad); }
.value { max-height: 180px; margin-top: 2px; overflow: auto; font-weight: 600; }
.card .why summary { margin-top: 4px; color: var(--soft); font-size: 12px; }
.card { position: relative; padding: 12px 14px; border: 1px solid var(--line); border-radius: 12px; }
.card + .card { margin-top: 8px; }
.opener { padding-inline-end: 48px; }
.opener .icon { position: absolute; top: 6px; inset-inline-end: 6px; }
.opener .icon.done { color: var(--accent); }
.used { display: block; margin-top: 6px; color: var(--soft); font-size: 12px; line-height: 1.45; }
.cue { display: flex; justify-content: space-between; gap: 12px; font-weight: 600; }
.cue span { color: var(--soft); font-size: 12px; font-weight: 400; line-height: 21px; white-space: nowrap; }
blockquote { margin-top: 8px; padding-inline-start: 10px; border-inline-start: 2px solid var(--accent); font-size: 13px; }
figcaption { color: var(--soft); font-size: 12px; }
.advice li { position: relative; padding-inline-start: 20px; }
.advice li + li { margin-top: 6px; }
.advice li::before { content: ""; position: absolute; inset-inline-start: 4px; top: 8px; width: 6px; height: 6px; border-radius: 50%; background: var(--accent); }
.tags { display: flex; flex-wrap: wrap; gap: 6px; }
.tags li { padding: 3px 10px; border-radius: 13px; background: var(--raised); font-size: 13px; }
details { margin-top: 24px; color: var(--soft); font-size: 13px; }
summary { cursor: pointer; border-radius: 4px; }
details dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 14px; margin-top: 8px; }
.muted { color: var(--soft); font-size: 13px; }
.form { display: flex; gap: 8px; }
label.name { display: block; margin-bottom: 5px; color: var(--soft); font-size: 12px; font-weight: 600; }
select { flex: 1; min-width: 0; height: 40px; padding: 0 10px; border: 1px solid var(--line); border-radius: 10px; background: var(--raised); }
.main, .plain { height: 40px; padding: 0 16px; border: 0; border-radius: 10px; background: var(--accent); color: var(--on); font-weight: 600; white-space: nowrap; }
.main:hover:enabled { background: var(--deep); }
.plain { background: none; color: var(--accent); box-shadow: inset 0 0 0 1px var(--line); }
.plain:hover:enabled { background: var(--raised); }
.notice { margin-bottom: 12px; padding: 12px 14px; border-radius: 12px; background: var(--wash); font-size: 13px; }
.notice b { display: block; margin-bottom: 2px; font-size: 14px; }
.notice.warn { background: var(--warn-wash); }
.notice.warn b { color: var(--warn); }
.notice.bad { background: var(--bad-wash); }
.notice.bad b { color: var(--bad); }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; margin-top: 12px; }
.state { padding: 24px 8px; text-align: center; }
.state .face { margin: 0 auto 14px; }
.state .face svg { width: 24px; height: 24px; }
.state.warn .face { background: var(--warn-wash); color: var(--warn); }
.state.bad .face { background: var(--bad-wash); color: var(--bad); }
.state p { margin-top: 6px; color: var(--soft); }
.state .row { justify-content: center; margin-top: 18px; }
.bone { height: 12px; margin-top: 10px; border-radius: 6px; background: var(--raised); }
.person { display: flex; gap: 12px; align-items: flex-start; padding: 9px 10px; margin: 0 -10px; border-radius: 10px; cursor: pointer; }
.person:hover { background: var(--raised); }
.person input { flex: none; width: 18px; height: 18px; margin: 2px 0 0; accent-color: var(--accent); cursor: inherit; }
.person span { flex: 1; min-width: 0; }
.person b { display: block; font-weight: 600; line-height: 1.4; }
.person small { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; color: var(--soft); font-size: 12px; line-height: 1.45; }
.person em { flex: none; padding: 1px 8px; border-radius: 9px; background: var(--wash); color: var(--accent); font-size: 12px; font-style: normal; }
.person em.warn { background: var(--warn-wash); color: var(--warn); }
.person em.bad { background: var(--bad-wash); color: var(--bad); }
.person small.note { color: var(--accent); }
.hint { margin: 2px 0 16px; }
progress { display: block; width: 100%; height: 8px; margin-top: 8px; accent-color: var(--accent); }
.row + .all { margin-top: 16px; }
.all { display: flex; justify-content: space-between; gap: 12px; padding-bottom: 8px; margin-bottom: 6px; border-bottom: 1px solid var(--line); }
.text { padding: 2px 0; border: 0; background: none; color: var(--accent); font-size: 13px; text-decoration: underline; text-underline-offset: 2px; }
[hidden] { display: none; }
.mark { position: fixed; z-index: 2147483646; border: 2px solid #0b6e5f; border-radius: 10px; pointer-events: none; }
@media (forced-colors: active) { .panel, .card, .main { border: 1px solid; } }
`,
}));
