// A picture with fewer colours: width, height, palette, and one byte a pixel that names its colour. `stage.py` runs it.
async ([png, most]) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const brush = canvas.getContext("2d");
  brush.drawImage(image, 0, 0);
  const { data } = brush.getImageData(0, 0, image.width, image.height);
  const counted = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    counted.set(colour, (counted.get(colour) ?? 0) + 1);
  }
  // The most frequent of each neighbourhood first, then whatever is frequent: flat areas keep their true colour.
  const sorted = [...counted].sort((one, other) => other[1] - one[1] || one[0] - other[0]);
  const seen = new Set();
  const palette = [];
  for (const [colour] of sorted) {
    const near = colour & 0xf0f0f0;
    if (palette.length < most && !seen.has(near)) palette.push(colour) && seen.add(near);
  }
  for (const [colour] of sorted)
    if (palette.length < most && !palette.includes(colour)) palette.push(colour);
  const known = new Map(palette.map((colour, index) => [colour, index]));
  const nearest = (colour) => {
    let best = 0, least = Infinity;
    palette.forEach((one, index) => {
      const [red, green, blue] = [16, 8, 0].map((shift) => ((one >> shift) & 255) - ((colour >> shift) & 255));
      const far = red * red + green * green + blue * blue;
      if (far < least) [best, least] = [index, far];
    });
    return best;
  };
  const indices = new Uint8Array(data.length / 4);
  for (let at = 0; at < indices.length; at += 1) {
    const colour = (data[at * 4] << 16) | (data[at * 4 + 1] << 8) | data[at * 4 + 2];
    if (!known.has(colour)) known.set(colour, nearest(colour));
    indices[at] = known.get(colour);
  }
  let text = "";
  for (let at = 0; at < indices.length; at += 8192)
    text += String.fromCharCode(...indices.subarray(at, at + 8192));
  return [image.width, image.height, palette, btoa(text)];
}
