/* The timeline of the page: lanes of threads on a canvas, drawn anew at each move. Its data is described in viz/timeline_json.h.
 *
 * Bars are sorted by thread and begin; what is narrower than a pixel is drawn once, so that a hundred thousand of them take no longer than the
 * canvas is wide. */
(() => {
  "use strict";
  const {$, $$, listeners, redraws} = page;
  const THREAD = 0, ROW = 1, KIND = 2, BEGIN = 3, LENGTH = 4, OBJECT = 5, TARGET = 6, VERB = 7, STACK = 8, COUNT = 9, TOTAL = 10, BAR = 11;
  const HOLDS = 0, WAITS = 1, STUCK = 2;
  const A_KIND = 0, A_FROM = 1, A_FROM_THREAD = 2, A_FROM_ROW = 3, A_TO = 4, A_TO_THREAD = 5, A_TO_ROW = 6, ARROW = 8;
  const ROW_HEIGHT = 17, PADDING = 5, AXIS = 24, HEAD = 150, MAX_ARROWS = 200, ARROW_GAP = 14, TAIL = 0.12;
  const COLOURS = ["#64b5f6", "#81c784", "#ba68c8", "#4dd0e1", "#a1887f", "#aed581", "#7986cb", "#4db6ac", "#f48fb1", "#90a4ae"];
  const OTHER = "#b0bec5", AMBER = "#ffb300", RED = "#e53935";
  const ARROW_COLOURS = ["--text", "#00838f", "#8e24aa", "--faint", "#b71c1c"], A_THREAD = 3, A_STUCK = 4;

  function duration(ns, unit) {
    if (unit === "line") return `${ns} line${ns === 1 ? "" : "s"}`;
    const units = [[1e9, "s"], [1e6, "ms"], [1e3, "\u00b5s"], [1, "ns"]];
    const [size, name] = units.find(([least]) => ns >= least) || [1, "ns"];
    return `${+(ns / size).toPrecision(4)} ${name}`;
  }

  /* Where each thread's lane and bars are. */
  function layOut(data) {
    const bars = Float64Array.from(data.bars), n = bars.length / BAR;
    const lanes = data.threads.map(([name, begin, end, rows, hasEnded]) => ({name, begin, end, rows, hasEnded, first: 0, last: 0, isStuck: false}));
    let top = AXIS;
    for (const lane of lanes) {
      lane.top = top;
      lane.height = 2 * PADDING + lane.rows * ROW_HEIGHT - 2;
      top += lane.height;
      lane.first = lane.last = n;
    }
    for (let i = n - 1; i >= 0; i--) {
      const lane = lanes[bars[i * BAR + THREAD]];
      if (lane.last === n && lane.first === n) lane.last = i + 1;
      lane.first = i;
      lane.isStuck ||= bars[i * BAR + KIND] === STUCK;
    }
    let used = 0;
    const colours = data.objects.map(([, , isHeld]) => (isHeld && used < COLOURS.length ? COLOURS[used++] : OTHER));
    const to = data.stuck ? data.to + (data.to - data.from) * TAIL : data.to;
    return {...data, bars, n, lanes, colours, height: top + 4, end: to, arrows: Float64Array.from(data.arrows)};
  }

  function timeline() {
    const box = $("#lanes"), spacer = $("#lanes > div"), canvas = $("canvas", box), detail = $("#detail"), legend = $("#legend");
    const context = canvas.getContext("2d");
    const parsed = new Map(), sources = $$("script.data");
    let data, from, to, width = 0, height = 0, chosen = -1, only = -1, words = [], isAsked = false, mark = null;

    const x = time => HEAD + (time - from) / (to - from) * (width - HEAD);
    const timeAt = pixel => from + (pixel - HEAD) / (width - HEAD) * (to - from);
    const end = i => {
      const bar = i * BAR, last = data.bars[bar + BEGIN] + data.bars[bar + LENGTH];
      const goesOn = data.bars[bar + KIND] === STUCK || (data.lanes[data.bars[bar + THREAD]].isStuck && last >= data.to);
      return data.stuck && goesOn ? data.end : last;
    };

    function redraw() {
      if (isAsked) return;
      isAsked = true;
      requestAnimationFrame(() => { isAsked = false; draw(); });
    }
    function resize() {
      width = box.clientWidth;
      height = Math.min(data.height, Math.max(200, Math.round(innerHeight * 0.7)));
      const scale = devicePixelRatio || 1;
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.height = `${height}px`;
      spacer.style.height = `${data.height}px`;
      context.setTransform(scale, 0, 0, scale, 0, 0);
      draw();
    }
    function look(begin, finish) {
      const least = Math.max((data.end - data.from) / 1e7, data.unit === "line" ? 2 : 10), whole = data.end - data.from;
      const span = Math.min(Math.max(finish - begin, least), whole);
      const middle = (begin + finish) / 2;
      from = Math.min(Math.max(middle - span / 2, data.from), data.end - span);
      to = from + span;
      [box.dataset.from, box.dataset.to] = [from, to];
      redraw();
    }
    function zoom(factor, at = (from + to) / 2) { look(at - (at - from) * factor, at + (to - at) * factor); }
    function pan(part) { look(from + (to - from) * part, to + (to - from) * part); }

    /* Drawing. */
    let paint = {};
    function hatch(colour) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = 6;
      const pen = tile.getContext("2d");
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 6, 6);
      pen.strokeStyle = "#6d4c00";
      pen.beginPath();
      pen.moveTo(-1, 7); pen.lineTo(7, -1); pen.moveTo(-1, 1); pen.lineTo(1, -1); pen.moveTo(5, 7); pen.lineTo(7, 5);
      pen.stroke();
      return context.createPattern(tile, "repeat");
    }
    function readTheme() {
      /* Computed values of variables are not resolved to a colour; those of properties are. */
      const probe = document.createElement("i"), read = {};
      box.append(probe);
      for (const name of ["--text", "--faint", "--line", "--lane", "--page"]) {
        probe.style.color = `var(${name})`;
        read[name] = getComputedStyle(probe).color;
      }
      probe.remove();
      paint = {...read, wait: hatch(AMBER)};
    }
    const matches = name => words.every(word => name.toLowerCase().includes(word));
    function colourOf(i) {
      const kind = data.bars[i * BAR + KIND], object = data.bars[i * BAR + OBJECT];
      if (only >= 0 && object !== only) return OTHER;
      if (kind === STUCK) return RED;
      if (kind === WAITS) return paint.wait;
      return object >= 0 ? data.colours[object] : OTHER;
    }
    function fitted(text, room) {
      if (context.measureText(text).width <= room) return text;
      let n = Math.floor(room / 5);
      while (n > 1 && context.measureText(text.slice(0, n) + "\u2026").width > room) n--;
      return n > 1 ? text.slice(0, n) + "\u2026" : "";
    }
    function barText(i) {
      const bar = i * BAR, object = data.bars[bar + OBJECT], target = data.bars[bar + TARGET], kind = data.bars[bar + KIND];
      const what = target >= 0 ? data.lanes[target].name : object >= 0 ? data.objects[object][0] : data.bars[bar + COUNT] > 1 ? "several" : "?";
      return kind === HOLDS ? what : `${data.verbs[data.bars[bar + VERB]]} ${what}`;
    }
    function drawLane(lane, offset) {
      const drawn = new Float64Array(64).fill(-1e9); /* right edges by row and kind: what is narrower than a pixel is drawn once */
      for (let i = lane.first; i < lane.last; i++) {
        const bar = i * BAR, begin = data.bars[bar + BEGIN];
        if (begin > to) break;
        const finish = end(i);
        if (finish < from) continue;
        const left = Math.max(x(begin), HEAD), right = Math.min(x(finish), width), row = data.bars[bar + ROW], kind = data.bars[bar + KIND];
        const slot = row * 4 + kind;
        if (right - left < 1 && left < drawn[slot] + 1 && i !== chosen) continue;
        drawn[slot] = right;
        drawBar(i, left, Math.max(right - left, 1.2), lane.top + PADDING + row * ROW_HEIGHT - offset);
      }
    }
    function drawBar(i, left, wide, top) {
      const isMergedWait = data.bars[i * BAR + KIND] === WAITS && data.bars[i * BAR + COUNT] > 1, high = (ROW_HEIGHT - 2) * (isMergedWait ? 0.4 : 1);
      context.fillStyle = colourOf(i);
      context.fillRect(left, top, wide, high);
      if (wide > 4) {
        const object = data.bars[i * BAR + OBJECT], isFound = object >= 0 && data.objects[object][1];
        context.strokeStyle = i === chosen ? paint["--text"] : isFound ? "#b71c1c" : "#455a64";
        context.lineWidth = i === chosen ? 2.5 : isFound ? 1.4 : 0.7;
        context.strokeRect(left + 0.5, top + 0.5, wide - 1, high - 1);
      }
      if (wide > 28 && !isMergedWait) {
        const label = fitted(barText(i), wide - 8);
        context.fillStyle = data.bars[i * BAR + KIND] === STUCK ? "#fff" : "#10171a";
        if (data.bars[i * BAR + KIND] === WAITS && only < 0) { /* on hatching only what stands on plain colour can be read */
          const room = context.measureText(label).width + 6;
          context.fillStyle = AMBER;
          context.fillRect(left + 2, top + 1.5, room, high - 3);
          context.fillStyle = "#10171a";
        }
        context.fillText(label, left + 5, top + ROW_HEIGHT / 2 - 0.5);
      }
    }
    function drawStripes(offset) {
      context.fillStyle = paint["--lane"];
      data.lanes.forEach((lane, index) => {
        if (index % 2) context.fillRect(0, lane.top - offset, width, lane.height);
      });
    }
    function drawLanes(offset) {
      data.lanes.forEach(lane => {
        const top = lane.top - offset;
        if (top + lane.height < AXIS || top > height) return;
        const isDim = words.length && !matches(lane.name) && !objectsMatch(lane);
        context.globalAlpha = isDim ? 0.2 : 1;
        context.fillStyle = paint["--faint"];
        const left = Math.max(x(lane.begin), HEAD), right = Math.min(x(!lane.hasEnded && data.stuck ? data.end : lane.end), width);
        if (right > left) context.fillRect(left, top + PADDING + (ROW_HEIGHT - 2) / 2, right - left, 1);
        drawLane(lane, offset);
      });
      context.globalAlpha = 1;
    }
    const objectsMatch = lane => {
      for (let i = lane.first; i < lane.last; i++) {
        const object = data.bars[i * BAR + OBJECT];
        if (object >= 0 && data.hits[object]) return true;
      }
      return false;
    };
    function drawHeads(offset) {
      context.fillStyle = paint["--page"];
      context.fillRect(0, AXIS, HEAD - 1, height);
      for (const lane of data.lanes) {
        const top = lane.top - offset;
        if (top + lane.height < AXIS || top > height) continue;
        context.fillStyle = paint["--text"];
        context.textAlign = "right";
        context.fillText(fitted(lane.name, HEAD - 14), HEAD - 8, top + lane.height / 2);
        context.textAlign = "left";
      }
    }
    function ticks() {
      const rough = (to - from) / Math.max((width - HEAD) / 110, 1), power = 10 ** Math.floor(Math.log10(rough));
      const step = Math.max(power * [1, 2, 5, 10].find(factor => factor * power >= rough), 1);
      const times = [];
      for (let time = Math.ceil(from / step) * step; time <= Math.min(to, data.to); time += step) times.push(time);
      return times;
    }
    function drawGrid() {
      context.fillStyle = paint["--line"];
      for (const time of ticks()) context.fillRect(x(time), AXIS - 5, 1, height);
      if (data.stuck && to > data.to) {
        context.fillStyle = "#e5393522";
        context.fillRect(Math.max(x(data.to), HEAD), AXIS, width, height);
      }
    }
    function drawAxis() {
      context.fillStyle = paint["--page"];
      context.fillRect(0, 0, width, AXIS - 5);
      context.fillStyle = paint["--faint"];
      const last = data.stuck ? x(data.to) : width;
      for (const time of ticks()) {
        const label = data.unit === "line" ? `line ${time}` : duration(time, data.unit);
        if (x(time) + context.measureText(label).width + 6 < last) context.fillText(label, x(time) + 3, AXIS / 2);
      }
      if (data.stuck && to > data.to) {
        context.fillStyle = paint["--text"];
        context.fillText(fitted("and so on, for ever", width - Math.max(x(data.to), HEAD) - 6), Math.max(x(data.to), HEAD) + 4, AXIS / 2);
      }
    }
    const edge = (lane, row, isBottom, offset) => lane.top + PADDING + row * ROW_HEIGHT + (isBottom ? ROW_HEIGHT - 2 : 0) - offset;
    function drawArrows(offset) {
      const drawn = new Set(); /* of arrows that lie on each other one is enough */
      let n = 0;
      for (let at = 0; at < data.arrows.length && n < MAX_ARROWS; at += ARROW) {
        const begin = data.arrows[at + A_FROM], finish = data.arrows[at + A_TO];
        if (finish < from || begin > to) continue;
        const source = data.lanes[data.arrows[at + A_FROM_THREAD]], target = data.lanes[data.arrows[at + A_TO_THREAD]];
        const isDown = target.top > source.top, kind = data.arrows[at + A_KIND];
        const y1 = edge(source, data.arrows[at + A_FROM_ROW], isDown, offset), y2 = edge(target, data.arrows[at + A_TO_ROW], !isDown, offset);
        if (Math.max(y1, y2) < AXIS || Math.min(y1, y2) > height) continue;
        const place = `${data.arrows[at + A_FROM_THREAD]} ${data.arrows[at + A_TO_THREAD]} ${Math.round(x(finish) / ARROW_GAP)}`;
        if (kind !== A_STUCK && drawn.has(place)) continue;
        drawn.add(place);
        const shift = kind === A_STUCK ? (x(data.end) - x(data.to)) * (0.2 + n * 0.17 % 0.7) : 0; /* after the last event, beside each other */
        const colour = ARROW_COLOURS[kind].startsWith("--") ? paint[ARROW_COLOURS[kind]] : ARROW_COLOURS[kind];
        drawArrow(x(begin) + shift, y1, x(finish) + shift, y2, colour, {isDashed: kind === A_THREAD, wide: kind === A_STUCK ? 2 : 1});
        n++;
      }
    }
    function drawArrow(x1, y1, x2, y2, colour, {isDashed, wide}) {
      const angle = Math.atan2(y2 - y1, x2 - x1), head = 6;
      context.strokeStyle = context.fillStyle = colour;
      context.lineWidth = wide;
      context.setLineDash(isDashed ? [3, 3] : []);
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
      context.setLineDash([]);
      context.beginPath();
      context.moveTo(x2, y2);
      context.lineTo(x2 - head * Math.cos(angle - 0.4), y2 - head * Math.sin(angle - 0.4));
      context.lineTo(x2 - head * Math.cos(angle + 0.4), y2 - head * Math.sin(angle + 0.4));
      context.fill();
    }
    function draw() {
      const offset = box.scrollTop;
      if (!paint.wait) readTheme();
      context.font = "11px system-ui, 'DejaVu Sans', sans-serif";
      context.textBaseline = "middle";
      context.fillStyle = paint["--page"];
      context.fillRect(0, 0, width, height);
      context.save();
      context.beginPath();
      context.rect(0, AXIS, width, height);
      context.clip();
      drawStripes(offset);
      drawGrid();
      drawLanes(offset);
      context.beginPath();
      context.rect(HEAD, AXIS, width, height);
      context.clip();
      drawArrows(offset);
      context.restore();
      drawAxis();
      drawHeads(offset);
      if (mark) {
        context.fillStyle = "#0b57a444";
        context.fillRect(Math.min(mark.begin, mark.now), AXIS, Math.abs(mark.now - mark.begin), height);
      }
    }

    /* What is under the pointer, and what is told about it. */
    function barAt(px, py) {
      const y = py + box.scrollTop, lane = data.lanes.find(one => y >= one.top && y < one.top + one.height);
      if (!lane || px < HEAD || py < AXIS) return -1;
      const row = Math.floor((y - lane.top - PADDING) / ROW_HEIGHT), time = timeAt(px), slack = (to - from) / (width - HEAD) * 2;
      let best = -1, least = Infinity;
      for (let i = lane.first; i < lane.last; i++) {
        const begin = data.bars[i * BAR + BEGIN];
        if (begin > time + slack) break;
        const length = end(i) - begin;
        if (data.bars[i * BAR + ROW] === row && begin + length >= time - slack && length < least) [best, least] = [i, length];
      }
      return best;
    }
    function tell(i) {
      const bar = i * BAR, kind = data.bars[bar + KIND], count = data.bars[bar + COUNT], begin = data.bars[bar + BEGIN];
      const total = duration(data.bars[bar + TOTAL], data.unit), at = data.unit === "line" ? `line ${begin}` : duration(begin, data.unit);
      const verb = kind === HOLDS ? "holds " : "";
      const stack = data.bars[bar + STACK] >= 0 ? data.stacks[data.bars[bar + STACK]] : [];
      const when = count > 1 ? `${count} times from ${at}, in sum ${total}` : kind === STUCK ? `from ${at}, for ever`
                 : end(i) > begin + data.bars[bar + LENGTH] ? `from ${at}, to the end` : `from ${at}, for ${total}`;
      return {head: `${data.lanes[data.bars[bar + THREAD]].name} ${verb}${barText(i)}`, when, stack};
    }
    function choose(i) {
      chosen = i;
      detail.replaceChildren();
      if (i >= 0) {
        const {head, when, stack} = tell(i), list = document.createElement("ol");
        const line = document.createElement("p"), strong = document.createElement("b");
        strong.textContent = head;
        line.append(strong, ` ${when}`);
        for (const frame of stack) {
          const item = document.createElement("li");
          item.textContent = frame || "(unknown)";
          list.append(item);
        }
        detail.append(line, list);
      }
      redraw();
    }
    function step(by) {
      if (!data.n) return;
      const next = chosen < 0 ? 0 : Math.min(Math.max(chosen + by, 0), data.n - 1);
      choose(next);
      const begin = data.bars[next * BAR + BEGIN], lane = data.lanes[data.bars[next * BAR + THREAD]];
      if (begin < from || begin > to) look(begin - (to - from) / 2, begin + (to - from) / 2);
      if (lane.top < box.scrollTop + AXIS || lane.top + lane.height > box.scrollTop + height) box.scrollTop = lane.top - AXIS;
    }

    const tip = document.createElement("div");
    tip.id = "tip";
    tip.hidden = true;
    document.body.append(tip);
    function hover(event) {
      const frame = canvas.getBoundingClientRect(), i = barAt(event.clientX - frame.left, event.clientY - frame.top);
      tip.hidden = i < 0;
      if (i < 0) return;
      const {head, when, stack} = tell(i);
      tip.textContent = [head, when, stack[0]].filter(Boolean).join("\n");
      tip.style.left = `${Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)}px`;
      tip.style.top = `${Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8)}px`;
    }

    /* Pointer: drag moves, Shift and drag chooses a part, a click tells. */
    let drag = null;
    canvas.addEventListener("pointerdown", event => {
      if (event.button) return;
      drag = {x: event.clientX, y: event.clientY, from, to, moved: false};
      const left = canvas.getBoundingClientRect().left;
      mark = event.shiftKey ? {begin: event.clientX - left, now: event.clientX - left} : null;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", event => {
      if (!drag) return hover(event);
      tip.hidden = true;
      drag.moved ||= Math.abs(event.clientX - drag.x) > 3;
      if (mark) {
        mark.now = event.clientX - canvas.getBoundingClientRect().left;
        return redraw();
      }
      const shift = (drag.x - event.clientX) / (width - HEAD) * (drag.to - drag.from);
      if (drag.moved) look(drag.from + shift, drag.to + shift);
    });
    function release(event) {
      if (!drag) return;
      const frame = canvas.getBoundingClientRect(), part = mark;
      const wasMoved = drag.moved;
      drag = mark = null;
      if (part && wasMoved) look(timeAt(Math.min(part.begin, part.now)), timeAt(Math.max(part.begin, part.now)));
      else if (!wasMoved) choose(barAt(event.clientX - frame.left, event.clientY - frame.top));
      redraw();
    }
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", () => { drag = mark = null; redraw(); });
    canvas.addEventListener("pointerleave", () => (tip.hidden = true));
    canvas.addEventListener("dblclick", event => zoom(0.4, timeAt(event.clientX - canvas.getBoundingClientRect().left)));
    canvas.addEventListener("wheel", event => {
      if (event.ctrlKey) zoom(event.deltaY > 0 ? 1.25 : 0.8, timeAt(event.clientX - canvas.getBoundingClientRect().left));
      else if (event.deltaX || event.shiftKey) pan((event.deltaX || event.deltaY) / width);
      else return;
      event.preventDefault();
    }, {passive: false});
    box.addEventListener("scroll", redraw);

    const deeds = {in: () => zoom(0.5), out: () => zoom(2), left: () => pan(-0.3), right: () => pan(0.3), all: () => look(data.from, data.end)};
    for (const button of $$(".controls button")) button.addEventListener("click", deeds[button.dataset.deed]);
    const strokes = {"+": deeds.in, "=": deeds.in, "-": deeds.out, "0": deeds.all, ArrowLeft: deeds.left, ArrowRight: deeds.right,
                     n: () => step(1), p: () => step(-1), Escape: () => choose(-1)};
    box.addEventListener("keydown", event => {
      if (event.ctrlKey || event.metaKey || event.altKey || !strokes[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      strokes[event.key]();
    });

    /* Legend: a lock's button shows it alone. */
    function drawLegend() {
      legend.replaceChildren();
      const add = (fill, text, deed) => {
        const entry = document.createElement(deed ? "button" : "span"), swatch = document.createElement("i");
        swatch.style.background = fill;
        entry.append(swatch, ` ${text}`);
        if (deed) {
          entry.type = "button";
          entry.setAttribute("aria-pressed", "false");
          entry.addEventListener("click", () => deed(entry));
        }
        legend.append(entry);
      };
      add(`repeating-linear-gradient(135deg, ${AMBER} 0 4px, #6d4c00 4px 5px)`, "waits");
      if (data.stuck) add(RED, "never goes on");
      data.objects.forEach(([name], object) => data.colours[object] !== OTHER && add(data.colours[object], name, entry => {
        only = only === object ? -1 : object;
        for (const other of $$("button", legend)) other.setAttribute("aria-pressed", String(other === entry && only >= 0));
        redraw();
      }));
      if (data.objects.some(([, , isHeld], object) => isHeld && data.colours[object] === OTHER)) add(OTHER, "another one");
      if (data.merged) add("none", "bars near each other are merged");
      if (data.left) add("none", `${data.left} threads that waited less are not shown`);
    }

    function load(number) {
      if (!parsed.has(number)) parsed.set(number, layOut(JSON.parse(sources[number].textContent)));
      data = parsed.get(number);
      chosen = only = -1;
      box.scrollTop = 0;
      [box.dataset.from, box.dataset.to] = [from, to] = [data.from, data.end];
      data.hits = data.objects.map(([name]) => words.length > 0 && matches(name));
      drawLegend();
      choose(-1);
      resize();
    }
    const which = $("#which");
    which.hidden = sources.length < 2;
    which.addEventListener("change", () => load(Number(which.value)));
    listeners.push(now => {
      words = now;
      data.hits = data.objects.map(([name]) => words.length > 0 && matches(name));
      redraw();
    });
    redraws.push(() => { paint = {}; redraw(); });
    addEventListener("resize", resize);

    /* From a finding to its time. */
    function around(id) {
      for (let number = 0; number < sources.length; number++) {
        if (!parsed.has(number)) parsed.set(number, layOut(JSON.parse(sources[number].textContent)));
        const entry = parsed.get(number).findings.find(([other]) => other === id);
        if (!entry) continue;
        which.value = String(number);
        load(number);
        const margin = (entry[2] - entry[1]) / 4 + (data.end - data.from) / 1e4;
        look(entry[1] - margin, entry[2] + margin);
        return true;
      }
      return false;
    }
    for (const link of $$("[data-around]"))
      link.addEventListener("click", () => around(link.dataset.around));
    load(0);
  }
  if ($("#lanes")) timeline();
})();
