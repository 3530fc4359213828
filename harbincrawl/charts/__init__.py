"""One drawing code for every chart: the terminal, SVG and PNG files, bundles and web pages."""
