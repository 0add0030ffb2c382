/** The page's style: light and dark by the reader's choice, one column on a telephone, no controls on paper. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --ink: #1d1f24; --soft: #5c626e; --line: #e4e2dd; --accent: #8f2f3a; --bar: #c9c5bd;
  --for: #b2182b; --against: #2166ac; --strength: .8;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #15171b; --ink: #eceae6; --soft: #a3a8b3; --line: #30343c; --accent: #f0a0a6; --bar: #4a4f5a;
    --for: #f4a582; --against: #92c5de; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
main > .wrap, .top, footer > div { max-width: 62rem; margin: 0 auto; padding: 0 1.5rem; }
h1, h2, h3, p, dl, ul, figure { margin: 0; }
h1 { font-size: clamp(1.75rem, 5vw, 2.5rem); line-height: 1.15; letter-spacing: -.02em; font-weight: 650; text-wrap: balance; }
h2 { font-size: 1.375rem; line-height: 1.25; letter-spacing: -.01em; font-weight: 620; }
h3 { font-size: .8125rem; font-weight: 600; color: var(--soft); margin: 1.25rem 0 .375rem; }
.soft, .eyebrow, figcaption, dt, footer { color: var(--soft); }
.eyebrow { font-size: .875rem; margin-bottom: .5rem; }
.top { padding-top: 3.5rem; padding-bottom: 2rem; }
.top .soft { margin-top: .75rem; max-width: 44rem; }
.pair { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 2rem 2.5rem; align-items: start; }
.answer { padding: 1.5rem 0 2.5rem; }
img { display: block; width: 100%; height: auto; image-rendering: auto; }
.frame { position: relative; border-radius: .5rem; overflow: hidden; background: #888; }
.frame img + img { position: absolute; inset: 0; height: 100%; opacity: var(--strength); }
.frame .photo { filter: grayscale(1); }
[data-photo=colour] .frame .photo { filter: none; }
[data-sign=positive] .frame .negative, [data-sign=negative] .frame .positive { display: none; }
figcaption { font-size: .8125rem; margin-top: .5rem; }
.predictions { list-style: none; padding: 0; }
.predictions li { padding: .5rem 0; border-bottom: 1px solid var(--line); }
.predictions li > span { display: flex; justify-content: space-between; gap: 1rem; font-variant-numeric: tabular-nums; }
.predictions .explained { font-weight: 650; }
.predictions i { display: block; height: .25rem; margin-top: .375rem; border-radius: 1rem; background: var(--bar); min-width: 2px; }
.predictions .explained i { background: var(--accent); }
.controls { position: sticky; top: 0; z-index: 1; background: var(--paper); border-block: 1px solid var(--line); }
.controls > div { display: flex; flex-wrap: wrap; gap: .5rem 2rem; align-items: center; max-width: 62rem; margin: 0 auto; padding: .75rem 1.5rem; font-size: .875rem; }
.controls[hidden] { display: none; }
fieldset { display: flex; gap: 1rem; border: 0; margin: 0; padding: 0; }
legend { float: left; padding: 0; margin-right: 1rem; color: var(--soft); }
label { display: inline-flex; gap: .4rem; align-items: center; white-space: nowrap; }
input { accent-color: var(--accent); margin: 0; }
input[type=range] { width: 8rem; }
output { min-width: 3.25rem; font-variant-numeric: tabular-nums; color: var(--soft); }
section { padding: 2.5rem 0; border-bottom: 1px solid var(--line); }
section:last-child { border-bottom: 0; }
.what { margin: .25rem 0 1rem; color: var(--soft); }
section p + p { margin-top: .75rem; }
.scale { margin-top: .75rem; font-size: .8125rem; }
.scale i { display: block; height: .5rem; border-radius: 1rem; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.scale span { display: flex; justify-content: space-between; margin-top: .25rem; font-variant-numeric: tabular-nums; color: var(--soft); }
.scale b { font-weight: 500; }
.scale .for { color: var(--for); } .scale .against { color: var(--against); }
dl { display: grid; grid-template-columns: minmax(6.5rem, max-content) 1fr; gap: .25rem 1.25rem; font-size: .875rem; }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.notes { padding-left: 1.1rem; font-size: .875rem; }
footer { font-size: .8125rem; border-top: 1px solid var(--line); }
footer > div { padding-top: 2rem; padding-bottom: 3.5rem; }
footer dl { font-size: inherit; }
footer dl + p { margin-top: 1rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 44rem) {
  .pair { grid-template-columns: 1fr; }
  .top { padding-top: 2rem; } main > .wrap, .top, footer > div, .controls > div { padding-left: 1rem; padding-right: 1rem; }
  section { padding: 2rem 0; }
  .controls > div { gap: .375rem 1.25rem; padding-top: .5rem; padding-bottom: .5rem; font-size: .8125rem; }
  legend { display: none; } input[type=range] { width: 6rem; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #ccc; --accent: #8f2f3a; --bar: #bbb; --for: #b2182b; --against: #2166ac; }
  @page { margin: 16mm; }
  body { font-size: 10pt; } main > .wrap, .top, footer > div { padding-left: 0; padding-right: 0; max-width: none; } .top { padding-top: 0; padding-bottom: 1rem; }
  .controls { display: none; } .pair { grid-template-columns: 2fr 3fr; gap: 1.5rem; }
  section { break-inside: avoid; padding: 1.25rem 0; } h1 { font-size: 20pt; } h2 { font-size: 13pt; }
  .predictions i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
