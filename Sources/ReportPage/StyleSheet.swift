/// How the page looks: on a wide screen, a narrow one and on paper, light and dark.
///
/// The colours of folders differ in brightness as well as in hue, so that those who do not see some hues can tell them
/// apart; nothing is said by a colour alone.
enum StyleSheet {
  static let markup: Markup = """
    :root {
      color-scheme: light dark;
      --page: #fcfcfa; --text: #1c1e22; --minor: #59606a; --line: #dcdfe3; --panel: #f1f2f3; --link: #0a58a0;
      --bad: #a8200d; --bar: #a9bccf; --critical: #0b4f8a; --work: #2f8f6b; --binary: #c39a4a; --size: #8fa6bd;
      --more: #c65d09; --less: #1f78b4;
      --programs: #a9d3ee; --libraries: #f4cf85; --data: #9cd6bf; --settings: #ecc1d8; --kernel: #efe89a; --other: #d9dcdf;
      --package: #e9ebed;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #15171a; --text: #e9eaec; --minor: #a3abb5; --line: #343940; --panel: #1f2226; --link: #7cbcf5;
        --bad: #ff9a88; --bar: #44566a; --critical: #5aa9ec; --work: #4fae88; --binary: #a9893f; --size: #5d7690;
        --more: #f0954a; --less: #5fb0ea;
        --programs: #1d5175; --libraries: #75530c; --data: #14604a; --settings: #74395b; --kernel: #645d13; --other: #42474e;
        --package: #272b30;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
    body {
      margin: 0 auto; max-width: 1180px; padding: 32px 20px 64px; background: var(--page); color: var(--text);
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
      overflow-wrap: break-word;
    }
    a { color: var(--link); }
    a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    .skip { position: absolute; left: -9999px; }
    .skip:focus { left: 20px; top: 8px; padding: 4px 12px; background: var(--page); }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    h1 { margin: 0; font-size: 1.1rem; font-weight: 600; letter-spacing: .02em; color: var(--minor); }
    h2 { margin: 56px 0 8px; padding-top: 12px; border-top: 1px solid var(--line); font-size: 1.4rem; line-height: 1.25; }
    h3 { margin: 32px 0 4px; font-size: 1.05rem; }
    p { margin: 8px 0; max-width: 46rem; }
    .lede { margin: 4px 0 20px; max-width: 44rem; font-size: 1.6rem; line-height: 1.3; }
    .lede b { font-weight: 650; }
    code { font: .88em ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
    .minor, .note { color: var(--minor); font-size: .875rem; }
    .bad { color: var(--bad); }
    .figures { display: flex; flex-wrap: wrap; gap: 12px 40px; margin: 0 0 20px; }
    .figures dt { color: var(--minor); font-size: .875rem; }
    .figures dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
    nav ul { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0; padding: 0; list-style: none; }
    nav a { display: inline-block; padding: 4px 0; }
    .key { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 18px; margin: 12px 0; padding: 0; max-width: none; list-style: none; font-size: .875rem; }
    p.key { color: var(--minor); }
    p.key svg { margin-right: 4px; }
    .key svg { vertical-align: -2px; flex: none; }

    .map { display: none; width: 100%; height: auto; margin: 8px 0 20px; font: 12px/1 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
    .wide { display: block; }
    @media (max-width: 1000px) { .wide { display: none; } .medium { display: block; } }
    @media (max-width: 620px) { .medium { display: none; } .narrow { display: block; } }
    .map text { fill: var(--text); pointer-events: none; }
    .map .name { font-weight: 600; }
    .map .minor { font-size: 11px; }
    .package { fill: var(--package); }
    .programs { fill: var(--programs); } .libraries { fill: var(--libraries); } .data { fill: var(--data); }
    .settings { fill: var(--settings); } .kernel { fill: var(--kernel); } .other { fill: var(--other); }
    .folder:hover { stroke: var(--text); stroke-width: 1.5; }

    .scroll { overflow-x: auto; }
    table { width: 100%; border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; }
    th, td { padding: 5px 16px 5px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
    th:last-child, td:last-child { padding-right: 0; }
    thead th { padding-bottom: 4px; color: var(--minor); font-size: .8125rem; font-weight: 500; vertical-align: bottom; }
    tbody th { font-weight: 500; }
    .words, code { overflow-wrap: anywhere; }
    .number { text-align: right; white-space: nowrap; }
    .bars { width: 22%; min-width: 100px; }
    .bars svg, .chart svg { display: block; overflow: visible; }
    .bars svg { margin-top: 6px; }
    .split { display: flex; justify-content: space-between; }
    .folders, .words { font-size: .875rem; }
    .item { display: inline-block; margin-right: 10px; }
    .size { fill: var(--size); } .more { fill: var(--more); } .less { fill: var(--less); }
    .zero { stroke: var(--minor); }
    .time .chart { width: 68%; padding-right: 0; }
    .axis text { fill: var(--minor); font-size: 12px; }
    .grid { stroke: var(--line); }
    .bar { fill: var(--bar); } .critical { fill: var(--critical); } .work { fill: var(--work); } .binary { fill: var(--binary); }
    .mark { color: var(--critical); }
    .why { display: block; color: var(--minor); font-size: .8125rem; line-height: 1.35; }
    details { margin: 8px 0; }
    summary { cursor: pointer; color: var(--link); }
    .warnings { margin: 12px 0; padding: 0; list-style: none; }
    .warnings li { margin: 0 0 12px; padding: 4px 0 4px 14px; border-left: 4px solid var(--more); }
    .warnings .failure { border-color: var(--bad); }
    .warnings p { margin: 0; }
    footer { margin-top: 56px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--minor); font-size: .875rem; }

    @media (max-width: 620px) {
      body { padding: 20px 16px 48px; }
      .lede { font-size: 1.3rem; }
      .sizes .bars, .works .bars, .runs .bars { display: none; }
      th, td { padding-right: 10px; }
      .bars { min-width: 70px; }
      .folders .item { display: block; margin: 0; }
      .time, .time thead, .time tbody { display: block; }
      .time tr { display: flex; flex-wrap: wrap; justify-content: space-between; padding: 6px 0; border-bottom: 1px solid var(--line); }
      .time th, .time td { padding: 0; border: 0; }
      .time .chart { width: 100%; }
    }
    @media print {
      body { max-width: none; padding: 0; font-size: 11pt; }
      nav, .skip { display: none; }
      .scroll { overflow: visible; }
      tr, li, .map { break-inside: avoid; }
      * { print-color-adjust: exact; }
    }

    """
}
