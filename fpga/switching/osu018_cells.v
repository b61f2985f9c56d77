// What the cells of the OSU 180 nm library do. Its own models have delays and tables of registers,
// which Verilator does not read. Nets between cells are traced, what is within is not.
/*verilator tracing_off*/
module AND2X1 (input A, B, output Y); assign Y = A & B; endmodule
module AND2X2 (input A, B, output Y); assign Y = A & B; endmodule
module AOI21X1 (input A, B, C, output Y); assign Y = ~(A & B | C); endmodule
module AOI22X1 (input A, B, C, D, output Y); assign Y = ~(A & B | C & D); endmodule
module BUFX2 (input A, output Y); assign Y = A; endmodule
module BUFX4 (input A, output Y); assign Y = A; endmodule
module CLKBUF1 (input A, output Y); assign Y = A; endmodule
module CLKBUF2 (input A, output Y); assign Y = A; endmodule
module CLKBUF3 (input A, output Y); assign Y = A; endmodule
module DFFPOSX1 (input D, CLK, output reg Q); always @(posedge CLK) Q <= D; endmodule
module FAX1 (input A, B, C, output YC, YS);
    assign YC = A & B | B & C | C & A;
    assign YS = A ^ B ^ C;
endmodule
module HAX1 (input A, B, output YC, YS); assign YC = A & B, YS = A ^ B; endmodule
module INVX1 (input A, output Y); assign Y = ~A; endmodule
module INVX2 (input A, output Y); assign Y = ~A; endmodule
module INVX4 (input A, output Y); assign Y = ~A; endmodule
module INVX8 (input A, output Y); assign Y = ~A; endmodule
module MUX2X1 (input A, B, S, output Y); assign Y = ~(S ? A : B); endmodule
module NAND2X1 (input A, B, output Y); assign Y = ~(A & B); endmodule
module NAND3X1 (input A, B, C, output Y); assign Y = ~(A & B & C); endmodule
module NOR2X1 (input A, B, output Y); assign Y = ~(A | B); endmodule
module NOR3X1 (input A, B, C, output Y); assign Y = ~(A | B | C); endmodule
module OAI21X1 (input A, B, C, output Y); assign Y = ~((A | B) & C); endmodule
module OAI22X1 (input A, B, C, D, output Y); assign Y = ~((A | B) & (C | D)); endmodule
module OR2X1 (input A, B, output Y); assign Y = A | B; endmodule
module OR2X2 (input A, B, output Y); assign Y = A | B; endmodule
module XNOR2X1 (input A, B, output Y); assign Y = ~(A ^ B); endmodule
module XOR2X1 (input A, B, output Y); assign Y = A ^ B; endmodule
